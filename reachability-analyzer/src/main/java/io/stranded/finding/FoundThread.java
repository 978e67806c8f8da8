package io.stranded.finding;

import java.time.Duration;
import java.util.Optional;

/**
 * A thread of a finding.
 *
 * @param name as the target had it; may be empty
 * @param id {@code Thread.threadId()}
 * @param virtual whether it is a virtual thread
 * @param parkedFor how long it had been in this wait, when events or samples tell
 */
public record FoundThread(String name, long id, boolean virtual, Optional<Duration> parkedFor) {
  /** The same thread after it has waited on for that long. */
  public FoundThread later(Duration more) {
    return new FoundThread(name, id, virtual, parkedFor.map(before -> before.plus(more)));
  }

  /** How people are told of it. */
  public String label() {
    return label(name, id, virtual);
  }

  /**
   * How people are told of a thread: by its name in quotes, or by what it is and its number if it
   * has none, as most virtual threads.
   */
  public static String label(String name, long id, boolean virtual) {
    return name.isEmpty() ? (virtual ? "virtual thread #" : "thread #") + id : '"' + name + '"';
  }

  /** The same with the number in any case. */
  public String labelWithId() {
    return name.isEmpty() ? label() : label() + " #" + id + (virtual ? " virtual" : "");
  }
}
