package io.stranded.agent;

import io.stranded.events.WaitKind;
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

  private final long threadId;
  // Zero: not parked. Any other value is a System.nanoTime().
  private volatile long since;
  private volatile @Nullable OpenWait report;
  // These are written before "since" and mean nothing while that is zero.
  private boolean timed;
  private @Nullable String monitorClass;
  private int monitorIdentity;

  Slot(Thread thread, long threadId) {
    super(thread);
    this.threadId = threadId;
  }

  long threadId() {
    return threadId;
  }

  /** The thread is about to park. */
  void park(boolean timed) {
    this.timed = timed;
    this.monitorClass = null;
    begin();
  }

  /** The thread is about to call {@code Object.wait}. */
  void waitOn(Object monitor, boolean timed) {
    this.timed = timed;
    // Both are remembered by the JVM after the first time, and neither keeps the monitor alive.
    this.monitorClass = monitor.getClass().getName();
    this.monitorIdentity = System.identityHashCode(monitor);
    begin();
  }

  /** The thread is running again. */
  void resume() {
    SINCE.lazySet(this, 0);
    if (report != null) {
      closeReport();
    }
  }

  /** The begin of the wait the thread is in, or 0. */
  long since() {
    return since;
  }

  boolean timed() {
    return timed;
  }

  WaitKind kind() {
    return monitorClass == null ? WaitKind.PARK : WaitKind.WAIT;
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

  private void begin() {
    long now = System.nanoTime();
    SINCE.lazySet(this, now == 0 ? 1 : now);
  }
}
