package io.stranded.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * A thread is about to wait, however short the wait will be. Committed by that thread, for
 * debugging only: a busy program waits a hundred thousand times a second.
 */
@Name(EventNames.EVERY_PARK)
@Label("Every Park")
@Description("A thread is about to wait, however short the wait will be; for debugging only")
@Category("Stranded")
@StackTrace(true)
@Enabled(false)
public final class EveryPark extends Event {
  @Label("Thread Id")
  @Description("Thread.threadId() of the thread")
  long threadId;

  @Label("Thread Name")
  String threadName = "";

  @Label("Virtual")
  boolean virtual;

  @Label("Kind")
  @Description("park or wait (Object.wait)")
  String kind = "";

  @Label("Blocker Class")
  @Description("Class of the object that the thread waits on, if it is known")
  @Nullable String blockerClass;

  @Label("Blocker Identity")
  @Description("System.identityHashCode of the object that the thread waits on, or 0")
  int blockerIdentity;

  @Label("Timed")
  @Description("Whether the wait has a timeout")
  boolean timed;

  private EveryPark() {}

  /** Whether a recording wants these events now. */
  public static boolean wanted() {
    return new EveryPark().isEnabled();
  }

  /** Commits the event if a recording wants it. */
  public static void emit(
      Thread thread,
      long threadId,
      boolean virtual,
      WaitKind kind,
      @Nullable Object blocker,
      boolean timed) {
    EveryPark event = new EveryPark();
    if (event.shouldCommit()) {
      event.threadId = threadId;
      event.threadName = thread.getName();
      event.virtual = virtual;
      event.kind = kind.label();
      event.blockerClass = blocker == null ? null : blocker.getClass().getName();
      event.blockerIdentity = System.identityHashCode(blocker);
      event.timed = timed;
      event.commit();
    }
  }
}
