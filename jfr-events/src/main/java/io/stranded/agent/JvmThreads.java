package io.stranded.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the agent has to ask of threads and locks that Java 17 has no public method for. */
final class JvmThreads {
  /** Below the group "system", where the main thread's group also is. */
  private static final Set<String> JVM_GROUPS = Set.of("InnocuousThreadGroup", "CarrierThreads");

  /** JFR starts these in the thread group of whoever uses it first. */
  private static final Set<String> JFR_THREADS =
      Set.of("JFR Periodic Tasks", "JFR Recording Scheduler");

  // Null before JDK 19. Not VirtualThread: without continuations there is another subclass.
  private static final @Nullable Class<?> VIRTUAL = virtualThreadClass();

  private JvmThreads() {}

  /** Whether a thread is virtual. */
  static boolean isVirtual(Thread thread) {
    return VIRTUAL != null && VIRTUAL.isInstance(thread);
  }

  /**
   * Whether a thread is the JVM's own: reference handling, cleaners, JFR, carriers of virtual
   * threads. They wait most of their life and no application can do anything about them.
   */
  static boolean isOfJvm(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    if (group == null || isVirtual(thread)) {
      return false;
    }
    ThreadGroup parent = group.getParent();
    return parent == null
        || JFR_THREADS.contains(thread.getName())
        || (parent.getParent() == null && JVM_GROUPS.contains(group.getName()));
  }

  /**
   * The ids of the live platform threads of the application. Not the threads: a look at the heap
   * meanwhile, or at garbage, would find all of them in our hands.
   */
  static Set<Long> idsOfApplication() {
    Set<Long> ids = new HashSet<>();
    Thread[] threads = platformThreads();
    for (int i = 0; i < threads.length && threads[i] != null; i++) {
      if (!isOfJvm(threads[i])) {
        ids.add(id(threads[i]));
      }
    }
    Arrays.fill(threads, null);
    return ids;
  }

  /** The thread that runs finalizers; null if there is none. */
  static @Nullable Thread finalizer() {
    Thread found = null;
    Thread[] threads = platformThreads();
    for (int i = 0; i < threads.length && threads[i] != null; i++) {
      if (threads[i].getName().equals("Finalizer") && isOfJvm(threads[i])) {
        found = threads[i];
      }
    }
    Arrays.fill(threads, null);
    return found;
  }

  /** The live platform threads, and nulls. */
  private static Thread[] platformThreads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    for (ThreadGroup up = root; up != null; up = up.getParent()) {
      root = up;
    }
    Thread[] threads = new Thread[root.activeCount() + 32];
    int count = root.enumerate(threads);
    while (count == threads.length) {
      Arrays.fill(threads, null);
      threads = new Thread[2 * count];
      count = root.enumerate(threads);
    }
    return threads;
  }

  /** A thread's id, also where {@code getId()} is overridden. */
  static long id(Thread thread) {
    try {
      return (long) Handles.THREAD_ID.invokeExact(thread);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The id of the thread that owns a lock exclusively, 0 if none does or it is no such lock. */
  static long ownerId(@Nullable Object blocker) {
    if (!(blocker instanceof AbstractOwnableSynchronizer lock)) {
      return 0;
    }
    Thread owner = (Thread) Handles.EXCLUSIVE_OWNER.get(lock);
    return owner == null ? 0 : id(owner);
  }

  /** Frames as text, innermost first, one per line. */
  static String format(StackTraceElement[] frames, int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < frames.length && i < depth; i++) {
      StackTraceElement frame = frames[i];
      if (i > 0) {
        text.append('\n');
      }
      // Not StackTraceElement.toString(): it puts the module or the class loader in front.
      text.append(frame.getClassName()).append('.').append(frame.getMethodName()).append('(');
      if (frame.isNativeMethod()) {
        text.append("Native Method");
      } else if (frame.getFileName() == null) {
        text.append("Unknown Source");
      } else {
        text.append(frame.getFileName());
        if (frame.getLineNumber() >= 0) {
          text.append(':').append(frame.getLineNumber());
        }
      }
      text.append(')');
    }
    return text.toString();
  }

  private static @Nullable Class<?> virtualThreadClass() {
    try {
      return Class.forName("java.lang.BaseVirtualThread", /* initialize= */ false, null);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /**
   * In a class of its own, so that the cost of method handles falls on the reporter's first use and
   * not on the start of the application. The {@link FullLookup} has been taken by then.
   */
  private static final class Handles {
    static final MethodHandle THREAD_ID;
    static final VarHandle EXCLUSIVE_OWNER;

    static {
      try {
        MethodHandles.Lookup full = FullLookup.taken();
        THREAD_ID =
            full.findStatic(
                LockSupport.class, "getThreadId", MethodType.methodType(long.class, Thread.class));
        EXCLUSIVE_OWNER =
            full.findVarHandle(
                AbstractOwnableSynchronizer.class, "exclusiveOwnerThread", Thread.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
