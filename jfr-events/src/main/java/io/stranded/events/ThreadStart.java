package io.stranded.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A thread is about to start. Committed by the thread that starts it, so the stack trace is the
 * creator's.
 */
@Name(EventNames.THREAD_START)
@Label("Thread Start")
@Description("A thread is started; the stack trace is that of the thread that starts it")
@Category("Stranded")
@StackTrace(true)
public final class ThreadStart extends Event {
  @Label("Thread Id")
  @Description("Thread.threadId() of the thread that is started")
  long threadId;

  @Label("Thread Name")
  String threadName = "";

  @Label("Virtual")
  boolean virtual;

  private ThreadStart() {}

  /** Commits the event if a recording wants it; otherwise costs next to nothing. */
  public static void emit(Thread thread, long threadId, boolean virtual) {
    ThreadStart event = new ThreadStart();
    if (event.shouldCommit()) {
      event.threadId = threadId;
      event.threadName = thread.getName();
      event.virtual = virtual;
      event.commit();
    }
  }
}
