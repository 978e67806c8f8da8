package io.stranded.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A thread of a target, whatever it does.
 *
 * @param state {@code RUNNABLE}, {@code WAITING} and so on
 * @param waitsOn type of what it waits on; empty for nothing
 * @param waitingFor how long it has been in this wait, where that is told
 * @param stack frames, innermost first
 * @param createdBy frames that have started it, innermost first; empty when nobody recorded them
 */
public record ThreadView(
    String name,
    long id,
    String state,
    String waitsOn,
    Optional<Duration> waitingFor,
    List<String> stack,
    List<String> createdBy) {
  public ThreadView {
    stack = List.copyOf(stack);
    createdBy = List.copyOf(createdBy);
  }
}
