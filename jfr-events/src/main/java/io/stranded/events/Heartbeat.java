package io.stranded.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The agent has looked at all threads once. Everything that this look found was committed before
 * it, so a consumer that has seen the heartbeat knows how far the stream has been delivered.
 */
@Name(EventNames.HEARTBEAT)
@Label("Heartbeat")
@Description("The agent has looked at all threads once; what it found was committed before")
@Category("Stranded")
@StackTrace(false)
public final class Heartbeat extends Event {
  @Label("Threads")
  @Description("Live threads that the agent follows")
  int threads;

  @Label("Parked")
  @Description("Waits that were reported and have not ended")
  int parked;

  private Heartbeat() {}

  /** Commits the event if a recording wants it. */
  public static void emit(int threads, int parked) {
    Heartbeat event = new Heartbeat();
    if (event.shouldCommit()) {
      event.threads = threads;
      event.parked = parked;
      event.commit();
    }
  }
}
