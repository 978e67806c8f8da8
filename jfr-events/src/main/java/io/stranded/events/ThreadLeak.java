package io.stranded.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Threads that can never run again. Committed where a tool that proved it on a heap dump hands its
 * finding over, and where the garbage collector has taken virtual threads that were waiting.
 */
@Name(EventNames.THREAD_LEAK)
@Label("Thread Leak")
@Description("Threads that can never run again")
@Category("Stranded")
@StackTrace(false)
public final class ThreadLeak extends Event {
  @Label("Cause")
  @Description("Why the threads wait for ever; COLLECTED: the garbage collector took them")
  String cause = "";

  @Label("Confidence")
  String confidence = "";

  @Label("Fingerprint")
  @Description("Names the kind of leak, the same in other runs and on other hosts")
  String fingerprint = "";

  @Label("Thread Id")
  @Description("Thread.threadId() of one of the threads")
  long threadId;

  @Label("Thread Name")
  String threadName = "";

  @Label("Virtual")
  boolean virtual;

  @Label("Threads")
  @Description("How many threads there are")
  int threads;

  @Label("Blocker Class")
  @Description("Class of the object that the threads wait on, if it is known")
  @Nullable String blockerClass;

  @Label("Summary")
  String summary = "";

  @Label("Pinned Bytes")
  @Description("Heap that only these threads keep alive, or -1")
  @DataAmount(DataAmount.BYTES)
  long pinnedBytes;

  @Label("Creation Stack")
  @Description("Frames that started the threads, innermost first, one per line")
  @Nullable String creationStack;

  private ThreadLeak() {}

  /** Whether a recording wants these events now. */
  public static boolean wanted() {
    return new ThreadLeak().isEnabled();
  }

  /** Commits the event if a recording wants it. */
  public static void emit(Leak leak) {
    ThreadLeak event = new ThreadLeak();
    if (event.shouldCommit()) {
      event.cause = leak.cause();
      event.confidence = leak.confidence();
      event.fingerprint = leak.fingerprint();
      event.threadId = leak.threadId();
      event.threadName = leak.threadName();
      event.virtual = leak.virtual();
      event.threads = leak.threads();
      event.blockerClass = leak.blockerClass();
      event.summary = leak.summary();
      event.pinnedBytes = leak.pinnedBytes();
      event.creationStack = leak.creationStack();
      event.commit();
    }
  }
}
