package io.stranded.agent;

import io.stranded.events.ParkedThread;
import io.stranded.events.ThreadPark;
import io.stranded.events.WaitKind;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reports the waits that the hooks have seen begin. Used by the reporter's thread only. */
final class HookedWaits implements Consumer<Slot> {
  private final SlotTable slots;
  private final WaitClock clock;
  private long threshold;
  private int stackDepth;
  private boolean repeat;
  private int open;

  HookedWaits(SlotTable slots, WaitClock clock) {
    this.slots = slots;
    this.clock = clock;
  }

  /**
   * Looks at every slot once.
   *
   * @param repeatReported whether waits that were reported are reported again
   * @return the number of reported waits that are open
   */
  int look(long thresholdNanos, int depth, boolean repeatReported) {
    threshold = thresholdNanos;
    stackDepth = depth;
    repeat = repeatReported;
    open = 0;
    slots.forEach(this);
    return open;
  }

  @Override
  public void accept(Slot slot) {
    if (slot.refersTo(null)) {
      // For CollectedThreads to judge.
      return;
    }
    OpenWait report = slot.report();
    long since = slot.since();
    if (report != null && report.since() != since) {
      slot.closeReport();
      report = null;
    }
    if (since == 0) {
      removeEnded(slot);
    } else if (isDue(since) && (report == null || repeat)) {
      // No sooner: a collector that marks meanwhile takes what was got for live.
      Thread thread = slot.get();
      if (thread != null && isWaiting(thread) && !JvmThreads.isOfJvm(thread)) {
        report(slot, thread, since, report);
      }
    }
    if (slot.report() != null) {
      open++;
    }
  }

  private boolean isDue(long since) {
    // In the present tick there could be another wait, not to be told from this one.
    return !clock.isNow(since) && System.nanoTime() - since >= threshold;
  }

  /** Removes the slot of a thread that has passed no exit hook, or parked once more after it. */
  private void removeEnded(Slot slot) {
    Thread thread = slot.get();
    if (thread != null && thread.getState() == Thread.State.TERMINATED) {
      slots.remove(slot);
      slot.resume();
    }
  }

  private void report(Slot slot, Thread thread, long since, @Nullable OpenWait known) {
    WaitKind kind = Slot.kind(since);
    String blockerClass = slot.monitorClass();
    int blockerIdentity = slot.monitorIdentity();
    long ownerId = 0;
    if (kind == WaitKind.PARK) {
      // Classes of j.u.c. set the blocker themselves and call park() without one.
      Object blocker = LockSupport.getBlocker(thread);
      blockerClass = blocker == null ? null : blocker.getClass().getName();
      blockerIdentity = System.identityHashCode(blocker);
      ownerId = JvmThreads.ownerId(blocker);
    }
    String stack = JvmThreads.format(thread.getStackTrace(), stackDepth);
    if (slot.since() != since) {
      return;
    }
    boolean virtual = JvmThreads.isVirtual(thread);
    OpenWait wait =
        known != null
            ? known
            : new OpenWait(
                slot.threadId(),
                thread.getName(),
                virtual,
                blockerClass,
                since,
                OpenWait.wallClock(since));
    ThreadPark.emit(
        new ParkedThread(
            slot.threadId(),
            thread.getName(),
            virtual,
            kind,
            Slot.timed(since),
            wait.sinceMillis(),
            blockerClass,
            blockerIdentity,
            ownerId,
            stack));
    if (known == null) {
      slot.keepReport(wait);
    }
  }

  /** Guards against a slot whose thread left its wait by a way without a hook. */
  private static boolean isWaiting(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      case NEW, RUNNABLE, TERMINATED -> false;
    };
  }
}
