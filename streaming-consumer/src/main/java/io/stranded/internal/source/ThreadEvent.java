package io.stranded.internal.source;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Something that happened to a thread of the target, or that the target is still heard of. */
public sealed interface ThreadEvent {
  /**
   * A thread was started.
   *
   * @param threadId {@code Thread.threadId()}
   * @param name the thread's name; may be empty
   * @param virtual whether it is a virtual thread
   * @param createdBy frames that started it, innermost first; may be empty
   */
  record Started(long threadId, String name, boolean virtual, List<String> createdBy)
      implements ThreadEvent {}

  /**
   * A thread has been in one and the same wait for some time. Told again now and then.
   *
   * @param threadId {@code Thread.threadId()}
   * @param name the thread's name; may be empty
   * @param virtual whether it is a virtual thread
   * @param waitNumber tells this wait of the thread from its others
   * @param since when it began, or when it was first seen
   * @param timed whether it ends by itself
   * @param blockerClass class of the object waited on; empty if unknown
   * @param stack frames of the waiting thread, innermost first
   */
  record Waiting(
      long threadId,
      String name,
      boolean virtual,
      long waitNumber,
      Instant since,
      boolean timed,
      String blockerClass,
      List<String> stack)
      implements ThreadEvent {}

  /**
   * A wait is over.
   *
   * @param threadId {@code Thread.threadId()}
   */
  record Released(long threadId) implements ThreadEvent {}

  /**
   * A thread has ended.
   *
   * @param threadId {@code Thread.threadId()}
   */
  record Ended(long threadId) implements ThreadEvent {}

  /**
   * All threads stood still while a heap dump was written.
   *
   * @param at when they went on
   * @param pause for how long
   */
  record Dumped(Instant at, Duration pause) implements ThreadEvent {}

  /** Events may have been lost: whatever is known of waits is void. */
  record Gap() implements ThreadEvent {}

  /**
   * Everything that happened before this has been told.
   *
   * @param at time of the target
   */
  record Told(Instant at) implements ThreadEvent {}
}
