package io.stranded.leaks;

import io.stranded.finding.Finding;
import io.stranded.internal.proof.OwnProofs;
import io.stranded.internal.proof.OwnThread;
import io.stranded.internal.proof.Proof;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches threads that run tests, and wakes who waits for one that can never run again.
 *
 * <p>It knows all of them by id alone: whatever it held could be reached, and would be no proof.
 */
public final class Watchdog {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** It comes again by itself. */
  private static final int LOOKS_AT_ONCE = 2;

  /** Who is watched: the id of the thread that runs the test, and of the one that waits for it. */
  private static final Map<Long, Watched> WATCHED = new ConcurrentHashMap<>();

  /** What was proved, by the id of the thread that waits. */
  private static final Map<Long, Proved> PROVED = new ConcurrentHashMap<>();

  private static boolean started;

  private Watchdog() {}

  /** A thread that is watched. What changes is used by the watchdog's thread only. */
  private static final class Watched {
    /** The thread that is interrupted when this one is proved to be stranded. */
    final long waiter;

    final long patience;
    long count = -1;
    long since;
    long looks = 1;

    Watched(long waiter, Duration patience) {
      this.waiter = waiter;
      this.patience = patience.toNanos();
    }
  }

  /**
   * Why a thread can never run again.
   *
   * @param finding what was proved of it
   * @param how by what
   */
  public record Proved(Finding finding, String how) {}

  /** Watches a thread until {@link #forget}. */
  public static void watch(long thread, long waiter, Duration patience) {
    WATCHED.put(thread, new Watched(waiter, patience));
    start();
  }

  /** Stops watching a thread. */
  public static void forget(long thread) {
    WATCHED.remove(thread);
  }

  /** Interrupts a thread that is known by its id alone. */
  public static void interrupt(long thread) {
    LiveThreads.interrupt(Set.of(thread));
  }

  /** What was proved for the sake of a waiter, which was interrupted for that; once. */
  public static Optional<Proved> proved(long waiter) {
    return Optional.ofNullable(PROVED.remove(waiter));
  }

  private static synchronized void start() {
    if (!started) {
      started = true;
      new OwnThread("stranded-watchdog", Watchdog::run).start();
    }
  }

  private static void run() {
    while (true) {
      LockSupport.parkNanos(LOOK.toNanos());
      try {
        WATCHED.forEach(Watchdog::look);
      } catch (RuntimeException | OutOfMemoryError e) {
        System.err.println("stranded: a look at the tests failed: " + e);
      }
    }
  }

  private static void look(long id, Watched watched) {
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    ThreadInfo info = bean.getThreadInfo(id);
    if (info == null
        || (info.getThreadState() != Thread.State.WAITING
            && info.getThreadState() != Thread.State.BLOCKED)) {
      watched.count = -1;
      return;
    }
    long count = info.getWaitedCount() + info.getBlockedCount();
    long now = System.nanoTime();
    if (count != watched.count) {
      watched.count = count;
      watched.since = now;
      watched.looks = 1;
    } else if (now - watched.since >= watched.patience * watched.looks) {
      // What is alive once will be so for long: it is looked at ever more rarely.
      watched.looks *= 2;
      prove(id, watched.waiter);
    }
  }

  private static void prove(long id, long waiter) {
    Proof proof = OwnProofs.now(Map.of(id, List.of()), Set.of(id), LOOKS_AT_ONCE);
    if (proof.isStranded(id) && WATCHED.containsKey(id)) {
      Finding finding = proof.of(id).orElseThrow();
      PROVED.put(waiter, new Proved(finding, proof.how()));
      LeakScope.told(Set.of(id));
      LiveThreads.interrupt(Set.of(waiter));
    }
  }
}
