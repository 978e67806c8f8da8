package io.stranded.internal.recording.programs;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

/** Makes the events that the agent makes, so that recordings can be had without the agent. */
final class AgentEvents {
  private AgentEvents() {}

  /** As the agent's event of that name. */
  @Name("stranded.ThreadStart")
  static final class ThreadStart extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;
  }

  /** As the agent's event of that name. */
  @Name("stranded.ThreadPark")
  @StackTrace(false)
  static final class ThreadPark extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;
    String kind = "";
    @Nullable String blockerClass;
    int blockerIdentity;
    long ownerId;
    boolean timed;

    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long parkedSince;

    String threadStack = "";
  }

  /** As the agent's event of that name. */
  @Name("stranded.ThreadUnpark")
  @StackTrace(false)
  static final class ThreadUnpark extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;

    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long parkedSince;
  }

  /** As the agent's event of that name. */
  @Name("stranded.ThreadExit")
  @StackTrace(false)
  static final class ThreadExit extends Event {
    long threadId;
    String threadName = "";
    boolean virtual;
  }

  static void started(Thread thread, boolean virtual) {
    ThreadStart event = new ThreadStart();
    event.threadId = thread.getId();
    event.threadName = thread.getName();
    event.virtual = virtual;
    event.commit();
  }

  static void parked(
      Thread thread, boolean virtual, long since, boolean timed, @Nullable Thread owner) {
    ThreadPark event = new ThreadPark();
    event.threadId = thread.getId();
    event.threadName = thread.getName();
    event.virtual = virtual;
    event.timed = timed;
    event.parkedSince = since;
    Object blocker = LockSupport.getBlocker(thread);
    event.kind =
        thread.getState() == Thread.State.BLOCKED
            ? "monitor"
            : isObjectWait(thread) ? "wait" : "park";
    if (blocker != null) {
      event.blockerClass = blocker.getClass().getName();
      event.blockerIdentity = System.identityHashCode(blocker);
    } else {
      LockInfo monitor =
          ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId()).getLockInfo();
      event.blockerClass = monitor.getClassName();
      event.blockerIdentity = monitor.getIdentityHashCode();
    }
    event.ownerId = owner == null ? 0 : owner.getId();
    List<String> frames = new ArrayList<>();
    for (StackTraceElement frame : thread.getStackTrace()) {
      frames.add(
          "%s.%s(%s:%d)"
              .formatted(
                  frame.getClassName(),
                  frame.getMethodName(),
                  frame.getFileName(),
                  frame.getLineNumber()));
    }
    event.threadStack = String.join("\n", frames);
    event.commit();
  }

  static void unparked(Thread thread, boolean virtual, long since) {
    ThreadUnpark event = new ThreadUnpark();
    event.threadId = thread.getId();
    event.threadName = thread.getName();
    event.virtual = virtual;
    event.parkedSince = since;
    event.commit();
  }

  static void ended(Thread thread, boolean virtual) {
    ThreadExit event = new ThreadExit();
    event.threadId = thread.getId();
    event.threadName = thread.getName();
    event.virtual = virtual;
    event.commit();
  }

  private static boolean isObjectWait(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getClassName().equals("java.lang.Object")) {
        return true;
      }
    }
    return false;
  }
}
