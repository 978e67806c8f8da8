package io.stranded.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * A thread is in a wait that has outlasted the agent's threshold, and is in it still.
 *
 * <p>Committed by the agent's reporter thread, once per wait, and again for waits that are still
 * open when a recording starts, when the agent is attached again, and, at a bounded rate, when JFR
 * begins a new chunk. Two events with the same {@code threadId} and {@code parkedSince} are the
 * same wait.
 */
@Name(EventNames.THREAD_PARK)
@Label("Thread Park")
@Description("A thread is in a wait that has outlasted the threshold, and is in it still")
@Category("Stranded")
@StackTrace(false)
@Period("beginChunk")
public final class ThreadPark extends Event {
  @Label("Thread Id")
  @Description("Thread.threadId() of the parked thread")
  long threadId;

  @Label("Thread Name")
  String threadName = "";

  @Label("Virtual")
  boolean virtual;

  @Label("Kind")
  @Description("park, wait (Object.wait) or monitor (entering a synchronized block)")
  String kind = "";

  @Label("Blocker Class")
  @Description("Class of the object that the thread waits on, if it is known")
  @Nullable String blockerClass;

  @Label("Blocker Identity")
  @Description("System.identityHashCode of the object that the thread waits on, or 0")
  int blockerIdentity;

  @Label("Owner Id")
  @Description("Thread.threadId() of the owner of the lock, or 0")
  long ownerId;

  @Label("Timed")
  @Description("Whether the wait has a timeout")
  boolean timed;

  @Label("Parked Since")
  @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
  long parkedSince;

  @Label("Thread Stack")
  @Description("Frames of the parked thread, innermost first, one per line")
  String threadStack = "";

  private ThreadPark() {}

  /** Whether a recording wants these events now. */
  public static boolean wanted() {
    return new ThreadPark().isEnabled();
  }

  /** Commits the event if a recording wants it. */
  public static void emit(ParkedThread parked) {
    ThreadPark event = new ThreadPark();
    if (event.shouldCommit()) {
      event.threadId = parked.threadId();
      event.threadName = parked.threadName();
      event.virtual = parked.virtual();
      event.kind = parked.kind().label();
      event.blockerClass = parked.blockerClass();
      event.blockerIdentity = parked.blockerIdentity();
      event.ownerId = parked.ownerId();
      event.timed = parked.timed();
      event.parkedSince = parked.parkedSince();
      event.threadStack = parked.stack();
      event.commit();
    }
  }
}
