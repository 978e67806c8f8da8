package io.stranded.watch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A platform thread of a JVM as it is just now, whatever it does.
 *
 * @param state of {@link Thread.State}
 * @param waitsOn type of what it waits on; empty for nothing
 * @param waitingFor how long it has been in an untimed wait, where that was told
 * @param stack frames, innermost first
 * @param createdBy frames that have started it, innermost first; empty where nobody told
 */
public record ThreadNow(
    String name,
    long id,
    String state,
    String waitsOn,
    Optional<Duration> waitingFor,
    List<String> stack,
    List<String> createdBy) {
  public ThreadNow {
    stack = List.copyOf(stack);
    createdBy = List.copyOf(createdBy);
  }
}
