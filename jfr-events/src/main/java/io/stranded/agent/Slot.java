package io.stranded.agent;

import io.stranded.events.WaitKind;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks note of one thread: since when it has been parked, if it is.
 *
 * <p>The thread writes when it parks and when it resumes, the reporter reads in between. There is
 * no fence on the thread's side: a resume that the reporter's report overtakes leaves that report
 * in the slot, and the reporter clears it at its next look. Whoever takes the report out by
 * compare-and-set commits the end of the wait, so there is exactly one, and never before the
 * beginning.
 *
 * <p>The thread is held weakly and the blocker not at all: a reference from here would keep alive
 * what is to be found dead.
 */
final class Slot extends WeakReference<Thread> {
  private static final AtomicLongFieldUpdater<Slot> SINCE =
      AtomicLongFieldUpdater.newUpdater(Slot.class, "since");
  private static final AtomicReferenceFieldUpdater<Slot, @Nullable OpenWait> REPORT =
      AtomicReferenceFieldUpdater.newUpdater(Slot.class, OpenWait.class, "report");

  private static final long TIMED = 2;
  private static final long MONITOR = 4;

  private final long threadId;
  private final int creation;
  // Zero: not parked. Otherwise a time of the WaitClock, with the flags above.
  private volatile long since;
  private volatile @Nullable OpenWait report;
  // Of the last wait on a monitor; written before "since".
  private @Nullable String monitorClass;
  private int monitorIdentity;

  /**
   * @param creation the number of the stack that started the thread, in {@link CreationSites}; 0 if
   *     it is not known
   * @param collected where the slot goes when the collector takes the thread
   */
  Slot(Thread thread, long threadId, int creation, ReferenceQueue<Thread> collected) {
    super(thread, collected);
    this.threadId = threadId;
    this.creation = creation;
  }

  long threadId() {
    return threadId;
  }

  int creation() {
    return creation;
  }

  /** The thread is about to park. */
  void park(long time, boolean timed) {
    SINCE.lazySet(this, timed ? time | TIMED : time);
  }

  /** The thread is about to call {@code Object.wait}. */
  void waitOn(Object monitor, long time, boolean timed) {
    // Both are remembered by the JVM after the first time, and neither keeps the monitor alive.
    this.monitorClass = monitor.getClass().getName();
    this.monitorIdentity = System.identityHashCode(monitor);
    SINCE.lazySet(this, (timed ? time | TIMED : time) | MONITOR);
  }

  /** The thread is running again. */
  void resume() {
    SINCE.lazySet(this, 0);
    if (report != null) {
      closeReport();
    }
  }

  /** What tells the wait the thread is in from its others: its begin, about; or 0. */
  long since() {
    return since;
  }

  static boolean timed(long since) {
    return (since & TIMED) != 0;
  }

  static WaitKind kind(long since) {
    return (since & MONITOR) == 0 ? WaitKind.PARK : WaitKind.WAIT;
  }

  /** The class name of the monitor, for {@link WaitKind#WAIT}. */
  @Nullable String monitorClass() {
    return monitorClass;
  }

  /** The identity hash code of the monitor, for {@link WaitKind#WAIT}. */
  int monitorIdentity() {
    return monitorIdentity;
  }

  /** The report of the wait the thread is in, or of one that has just ended. */
  @Nullable OpenWait report() {
    return report;
  }

  /** Keeps a report whose event has been committed, until the wait ends. */
  void keepReport(OpenWait wait) {
    report = wait;
    if (since != wait.since()) {
      closeReport();
    }
  }

  /** Commits the end of the reported wait, unless somebody else just did. */
  void closeReport() {
    OpenWait wait = report;
    if (wait != null && REPORT.compareAndSet(this, wait, null)) {
      wait.commitEnd();
    }
  }
}
