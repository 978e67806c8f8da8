package io.stranded.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A thread has run to its end, normally or by an exception. Committed by that thread. */
@Name(EventNames.THREAD_EXIT)
@Label("Thread Exit")
@Description("A thread has run to its end")
@Category("Stranded")
@StackTrace(false)
public final class ThreadExit extends Event {
  @Label("Thread Id")
  @Description("Thread.threadId() of the thread that ends")
  long threadId;

  @Label("Thread Name")
  String threadName = "";

  @Label("Virtual")
  boolean virtual;

  private ThreadExit() {}

  /** Commits the event if a recording wants it; otherwise costs next to nothing. */
  public static void emit(Thread thread, long threadId, boolean virtual) {
    ThreadExit event = new ThreadExit();
    if (event.shouldCommit()) {
      event.threadId = threadId;
      event.threadName = thread.getName();
      event.virtual = virtual;
      event.commit();
    }
  }
}
