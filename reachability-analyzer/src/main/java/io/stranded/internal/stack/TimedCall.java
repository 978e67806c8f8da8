package io.stranded.internal.stack;

import java.util.List;
import java.util.Optional;

/** A wait with a timeout that the application asked for, as a stack tells it. */
public enum TimedCall {
  SLEEP("sleeps"),
  WAIT("waits with a timeout");

  /** By which threads are idle that are there for what may come, however long they wait. */
  private static final List<String> IDLE =
      List.of(
          "java.util.TimerThread.mainLoop",
          "java.util.concurrent.ForkJoinPool.awaitWork",
          "java.util.concurrent.ThreadPoolExecutor.getTask",
          "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject.await",
          "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject.awaitNanos",
          "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject.awaitUntil",
          "java.util.concurrent.SynchronousQueue.poll",
          "java.util.concurrent.LinkedTransferQueue.poll");

  private final String words;

  TimedCall(String words) {
    this.words = words;
  }

  /** What a thread does, such as {@code sleeps}. */
  public String words() {
    return words;
  }

  /**
   * The one that a stack is in, innermost frame first; empty if it is in none, or in one by which
   * threads are idle.
   */
  public static Optional<TimedCall> of(List<String> stack) {
    boolean ofApplication = stack.stream().anyMatch(frame -> !Frames.isJdk(frame));
    if (!ofApplication || IDLE.stream().anyMatch(method -> Frames.contains(stack, method))) {
      return Optional.empty();
    }
    if (Frames.contains(stack, "java.lang.Thread.sleep")) {
      return Optional.of(SLEEP);
    }
    boolean waits =
        stack.stream()
            .map(Frames::method)
            .takeWhile(Frames::isJdk)
            .anyMatch(
                method ->
                    method.startsWith("java.lang.Object.wait")
                        || method.startsWith("java.util.concurrent.locks.LockSupport.park"));
    return waits ? Optional.of(WAIT) : Optional.empty();
  }
}
