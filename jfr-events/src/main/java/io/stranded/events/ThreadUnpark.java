package io.stranded.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;

/**
 * The end of a wait that was reported by a {@link ThreadPark}. Never committed before that event,
 * and not at all for shorter waits.
 */
@Name(EventNames.THREAD_UNPARK)
@Label("Thread Unpark")
@Description("A wait that was reported by a Thread Park event has ended")
@Category("Stranded")
@StackTrace(false)
public final class ThreadUnpark extends Event {
  @Label("Thread Id")
  @Description("Thread.threadId() of the thread that was parked")
  long threadId;

  @Label("Thread Name")
  String threadName = "";

  @Label("Virtual")
  boolean virtual;

  @Label("Parked Since")
  @Description("The same value as in the Thread Park event")
  @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
  long parkedSince;

  // Not the event's own duration: JFR takes that from begin() and end() and cannot be told a start
  // in the past.
  @Label("Parked For")
  @Timespan(Timespan.MILLISECONDS)
  long parkedFor;

  private ThreadUnpark() {}

  /**
   * Commits the event if a recording wants it.
   *
   * @param parkedSince as in the {@link ThreadPark}
   * @param parkedFor how long the wait lasted, in milliseconds
   */
  public static void emit(
      long threadId, String threadName, boolean virtual, long parkedSince, long parkedFor) {
    ThreadUnpark event = new ThreadUnpark();
    if (event.shouldCommit()) {
      event.threadId = threadId;
      event.threadName = threadName;
      event.virtual = virtual;
      event.parkedSince = parkedSince;
      event.parkedFor = parkedFor;
      event.commit();
    }
  }
}
