package io.stranded.leaks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Waits until every thread that a test has started waits itself, so that the test need not sleep.
 *
 * <p>A thread waits if it waits without a timeout, for anything: a queue, a future, a lock or a
 * monitor. One that waits for a lock counts only if whoever owns the lock waits as well. A wait
 * with a timeout does not count, but for those that a filter names: of a clock that the test
 * controls.
 *
 * <p>A thread that was woken and has not run yet is not taken for waiting on Linux, where the
 * system tells; elsewhere it is, if it does not get a processor for a while.
 */
public final class Quiescence {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** Where the system does not tell who has been woken. */
  private static final int LOOKS_ELSEWHERE = 20;

  private final Duration patience;
  private final ThreadFilter timed;

  private Quiescence(Duration patience, ThreadFilter timed) {
    this.patience = patience;
    this.timed = timed;
  }

  /** The usual: at most ten seconds, and no wait with a timeout counts. */
  public static Quiescence standard() {
    return new Quiescence(PATIENCE, thread -> false);
  }

  /**
   * Waits for the threads that were started in the scope of the current thread.
   *
   * @throws TimeoutException if some of them still run after ten seconds; it names them
   */
  public static void await() throws TimeoutException {
    standard().awaitAll();
  }

  /** The same with another limit. */
  public Quiescence atMost(Duration value) {
    return new Quiescence(value, timed);
  }

  /** The same with waits that count in spite of their timeout. */
  public Quiescence countingTimed(ThreadFilter value) {
    return new Quiescence(patience, value);
  }

  /**
   * Waits for the threads that were started in the scope of the current thread.
   *
   * @throws TimeoutException if some of them still run in the end; it names them
   * @throws IllegalStateException if the current thread is in no scope: then nobody knows which
   *     threads are meant
   */
  public void awaitAll() throws TimeoutException {
    LeakScope scope =
        LeakScope.current()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "this thread is in no test that is looked at: @VerifyNoThreadLeaks or a"
                            + " LeakScope is missing"));
    long start = System.nanoTime();
    Map<Long, Long> before = Map.of();
    int same = 0;
    while (true) {
      List<LiveThread> running = new ArrayList<>();
      Map<Long, Long> now = look(scope, running);
      same = running.isEmpty() && now.equals(before) ? same + 1 : 0;
      before = now;
      if (same >= (SystemThreads.tell() ? 1 : LOOKS_ELSEWHERE)) {
        return;
      }
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new TimeoutException(words(running));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** How often each of them has waited; and who does not wait now. */
  private Map<Long, Long> look(LeakScope scope, List<LiveThread> running) {
    List<LiveThread> threads = LiveThreads.look(scope::mayBeOf, scope::has, scope.hasVirtual());
    long[] ids = threads.stream().filter(t -> !t.virtual()).mapToLong(LiveThread::id).toArray();
    Map<Long, ThreadInfo> infos = new HashMap<>();
    for (ThreadInfo info : ManagementFactory.getThreadMXBean().getThreadInfo(ids)) {
      if (info != null) {
        infos.put(info.getThreadId(), info);
      }
    }
    Map<Long, Long> counts = new HashMap<>();
    for (LiveThread thread : threads) {
      ThreadInfo info = infos.get(thread.id());
      if (info == null ? !thread.virtual() : isOver(thread, info, infos)) {
        running.add(thread);
      } else if (thread.virtual() && !waits(thread, thread.state())) {
        running.add(thread);
      }
      counts.put(thread.id(), info == null ? 0 : info.getWaitedCount() + info.getBlockedCount());
    }
    return counts;
  }

  /** Whether its wait is over, or about to be. */
  private boolean isOver(LiveThread thread, ThreadInfo info, Map<Long, ThreadInfo> infos) {
    if (!waits(thread, info.getThreadState()) || !SystemThreads.sleeps(thread.id())) {
      return true;
    }
    if (info.getLockOwnerId() <= 0) {
      return false;
    }
    ThreadInfo owner = infos.get(info.getLockOwnerId());
    // Owners of no test are asked as well.
    ThreadInfo known =
        owner == null
            ? ManagementFactory.getThreadMXBean().getThreadInfo(info.getLockOwnerId())
            : owner;
    boolean runs =
        known != null
            && known.getThreadState() != Thread.State.WAITING
            && known.getThreadState() != Thread.State.BLOCKED;
    // Whoever asks waits as well.
    return runs && known.getThreadId() != Thread.currentThread().getId();
  }

  private boolean waits(LiveThread thread, Thread.State state) {
    return state == Thread.State.WAITING
        || state == Thread.State.BLOCKED
        || (state == Thread.State.TIMED_WAITING && timed.test(thread));
  }

  private static String words(List<LiveThread> running) {
    return running.isEmpty()
        ? "threads of the test wait only now and then"
        : running.stream()
            .map(
                thread ->
                    "\""
                        + thread.name()
                        + "\" does not wait ("
                        + thread.state()
                        + ") at "
                        + thread.stack().stream().findFirst().orElse("its start"))
            .collect(Collectors.joining("; "));
  }
}
