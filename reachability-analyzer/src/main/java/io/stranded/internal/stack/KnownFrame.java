package io.stranded.internal.stack;

import io.stranded.finding.Cause;
import java.util.List;
import java.util.Optional;

/**
 * A method that says why a thread waits within it, whatever it waits on: one row of the table of
 * them all. A row counts only while nobody else's code is called by the method: only the JDK's, or
 * that of the row's own library.
 */
enum KnownFrame {
  EXECUTOR("java.util.concurrent.ThreadPoolExecutor", "getTask", Cause.ORPHANED_POOL_WORKER),
  FORK_JOIN("java.util.concurrent.ForkJoinPool", "awaitWork", Cause.ORPHANED_POOL_WORKER),
  TIMER("java.util.TimerThread", "mainLoop", Cause.ORPHANED_POOL_WORKER),
  /** Where a thread per task is made, virtual ones above all: whoever closes that waits for all. */
  THREAD_PER_TASK(
      "java.util.concurrent.ThreadPerTaskExecutor", "awaitTermination", Cause.TASK_NEVER_FINISHED),
  /** A scope of tasks that is joined or closed. */
  TASK_SCOPE("jdk.internal.misc.ThreadFlock", "awaitAll", Cause.TASK_NEVER_FINISHED),
  TOMCAT(
      "org.apache.tomcat.util.threads.ThreadPoolExecutor", "getTask", Cause.ORPHANED_POOL_WORKER),
  JETTY(
      "org.eclipse.jetty.util.thread.QueuedThreadPool$Runner",
      "idleJobPoll",
      Cause.ORPHANED_POOL_WORKER),
  NETTY(
      "io.netty.util.concurrent.SingleThreadEventExecutor", "takeTask", Cause.ORPHANED_POOL_WORKER),
  /** {@code Mono.block} and its kin. */
  REACTOR(
      "reactor.core.publisher.BlockingSingleSubscriber",
      "blockingGet",
      Cause.FUTURE_NEVER_COMPLETED),
  KOTLIN("kotlinx.coroutines.BlockingCoroutine", "joinBlocking", Cause.TASK_NEVER_FINISHED);

  private final String type;
  private final String method;
  private final Cause cause;

  KnownFrame(String type, String method, Cause cause) {
    this.type = type;
    this.method = type + "." + method;
    this.cause = cause;
  }

  /** Why a thread waits there for ever. */
  Cause cause() {
    return cause;
  }

  /**
   * A row that a stack has.
   *
   * @param row the row
   * @param depth index of its frame
   */
  record At(KnownFrame row, int depth) {}

  /** The first row that a stack has, innermost frame first. */
  static Optional<At> in(List<String> stack) {
    for (int depth = 0; depth < stack.size(); depth++) {
      String called = Frames.method(stack.get(depth));
      for (KnownFrame row : values()) {
        if (row.method.equals(called) && row.isAlone(stack.subList(0, depth))) {
          return Optional.of(new At(row, depth));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isAlone(List<String> inside) {
    return inside.stream().allMatch(frame -> Frames.isJdk(frame) || isOfLibrary(frame));
  }

  /** Whether a frame is of the row's own library, told by the first two names of its package. */
  private boolean isOfLibrary(String frame) {
    int second = type.indexOf('.', type.indexOf('.') + 1);
    return frame.startsWith(type.substring(0, second + 1));
  }
}
