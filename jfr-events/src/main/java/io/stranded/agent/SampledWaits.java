package io.stranded.agent;

import io.stranded.events.ParkedThread;
import io.stranded.events.ThreadPark;
import io.stranded.events.WaitKind;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds waits of platform threads that no hook sees: entering a monitor, {@code Object.wait} before
 * JDK 21, and whatever was under way when the agent came. Used by the reporter's thread only.
 *
 * <p>The JVM counts the waits and the blocks of a thread, each at its begin. A thread that is
 * waiting in two looks with the same count is in the same wait, however far apart the looks are. A
 * wait is taken to begin when it is first seen, so its age is never overstated.
 */
final class SampledWaits {
  private final SlotTable slots;
  private final Map<Long, Sampled> waits = new HashMap<>();
  private @Nullable ThreadMXBean threads;
  private int looks;

  SampledWaits(SlotTable slots) {
    this.slots = slots;
  }

  /**
   * Looks at every platform thread once.
   *
   * @param repeat whether waits that were reported are reported again
   * @return the number of reported waits that are open
   */
  int look(long threshold, int stackDepth, boolean repeat) {
    if (threads == null) {
      threads = ManagementFactory.getThreadMXBean();
    }
    looks++;
    int open = 0;
    Set<Long> ofApplication = null;
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      Sampled wait = info == null ? null : sample(info);
      if (wait == null || System.nanoTime() - wait.firstSeen < threshold) {
        continue;
      }
      if ((wait.report == null && !wait.ignored) || (wait.report != null && repeat)) {
        if (ofApplication == null) {
          ofApplication = JvmThreads.idsOfApplication();
        }
        report(threads, wait, ofApplication.contains(wait.threadId), stackDepth);
      }
      if (wait.report != null) {
        open++;
      }
    }
    dropEnded();
    return open;
  }

  /** The wait that a thread is in, if it is in one that only sampling can see. */
  private @Nullable Sampled sample(ThreadInfo info) {
    boolean blocked = info.getThreadState() == Thread.State.BLOCKED;
    if (!blocked && info.getThreadState() != Thread.State.WAITING) {
      return null;
    }
    long id = info.getThreadId();
    Slot slot = slots.find(id);
    if (slot != null && slot.since() != 0) {
      return null;
    }
    long count = blocked ? info.getBlockedCount() : info.getWaitedCount();
    Sampled wait = waits.get(id);
    if (wait == null || wait.blocked != blocked || wait.count != count) {
      if (wait != null) {
        wait.end();
      }
      wait = new Sampled(id, blocked, count);
      waits.put(id, wait);
    }
    wait.seenInLook = looks;
    return wait;
  }

  private void report(ThreadMXBean bean, Sampled wait, boolean ofApplication, int stackDepth) {
    if (!ofApplication) {
      wait.ignored = true;
      return;
    }
    ThreadInfo info = bean.getThreadInfo(wait.threadId, stackDepth);
    if (info == null || !wait.isStill(info)) {
      return;
    }
    LockInfo lock = info.getLockInfo();
    String blockerClass = lock == null ? null : lock.getClassName();
    OpenWait report = wait.report;
    if (report == null) {
      report =
          new OpenWait(
              wait.threadId,
              info.getThreadName(),
              /* virtual= */ false,
              blockerClass,
              wait.firstSeen,
              OpenWait.wallClock(wait.firstSeen));
    }
    ThreadPark.emit(
        new ParkedThread(
            wait.threadId,
            info.getThreadName(),
            /* virtual= */ false,
            kind(info),
            /* timed= */ false,
            report.sinceMillis(),
            blockerClass,
            lock == null ? 0 : lock.getIdentityHashCode(),
            Math.max(0, info.getLockOwnerId()),
            JvmThreads.format(info.getStackTrace(), stackDepth)));
    wait.report = report;
  }

  private void dropEnded() {
    for (Iterator<Sampled> i = waits.values().iterator(); i.hasNext(); ) {
      Sampled wait = i.next();
      if (wait.seenInLook != looks) {
        i.remove();
        wait.end();
      }
    }
  }

  private static WaitKind kind(ThreadInfo info) {
    if (info.getThreadState() == Thread.State.BLOCKED) {
      return WaitKind.MONITOR;
    }
    StackTraceElement[] frames = info.getStackTrace();
    boolean inWait = frames.length > 0 && frames[0].getClassName().equals("java.lang.Object");
    return inWait ? WaitKind.WAIT : WaitKind.PARK;
  }

  /** One wait of one thread. */
  private static final class Sampled {
    final long threadId;
    final boolean blocked;
    final long count;
    final long firstSeen = System.nanoTime();
    int seenInLook;
    // The JVM's own threads and those that ended at the wrong moment.
    boolean ignored;
    @Nullable OpenWait report;

    Sampled(long threadId, boolean blocked, long count) {
      this.threadId = threadId;
      this.blocked = blocked;
      this.count = count;
    }

    boolean isStill(ThreadInfo info) {
      return blocked
          ? info.getThreadState() == Thread.State.BLOCKED && info.getBlockedCount() == count
          : info.getThreadState() == Thread.State.WAITING && info.getWaitedCount() == count;
    }

    void end() {
      if (report != null) {
        report.commitEnd();
        report = null;
      }
    }
  }
}
