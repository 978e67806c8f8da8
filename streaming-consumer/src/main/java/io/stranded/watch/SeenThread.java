package io.stranded.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A thread that has done one and the same thing for some time.
 *
 * @param name may be empty
 * @param doing what it does
 * @param since when it was first seen to
 * @param blocker class of what it waits on; empty if nobody told
 * @param stack frames, innermost first
 */
record SeenThread(
    long id,
    String name,
    boolean virtual,
    Doing doing,
    Instant since,
    String blocker,
    List<String> stack) {
  /** What a thread does. */
  enum Doing {
    /** It waits without a timeout. */
    WAITS,
    /** It sleeps, or waits with a timeout, and has not stirred. */
    WAITS_FOR_A_TIME,
    /** It counts as running, but uses no processor: it is in a call of the system. */
    IN_SYSTEM_CALL,
    /** It runs all the time, in the method that its stack shows. */
    RUNS
  }

  SeenThread {
    stack = List.copyOf(stack);
  }

  /** For how long it has been seen to, at a time. */
  Duration age(Instant now) {
    Duration age = Duration.between(since, now);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
