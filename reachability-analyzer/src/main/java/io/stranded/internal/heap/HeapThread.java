package io.stranded.internal.heap;

import io.stranded.internal.hprof.StackFrame;
import java.util.List;

/**
 * A started thread with its stack.
 *
 * @param object the {@code java.lang.Thread}
 * @param name may be empty
 * @param id {@code Thread.threadId()}
 * @param daemon whether it keeps the JVM from ending
 * @param virtual whether it is a virtual thread
 * @param status what it is doing
 * @param frames its stack, innermost first; empty if the dump has none
 * @param roots what its stack keeps alive, in the order of the dump
 */
public record HeapThread(
    HeapObject object,
    String name,
    long id,
    boolean daemon,
    boolean virtual,
    WaitStatus status,
    List<StackFrame> frames,
    List<GcRoot> roots) {

  /** Where the stack of a virtual thread ends that is not mounted. */
  private static final List<String> SUSPENDED_IN =
      List.of("java.lang.VirtualThread", "jdk.internal.vm.Continuation");

  /** Native methods that wait, and are given nothing that could lead to what others wait on. */
  private static final List<String> WAITING_IN =
      List.of(
          "com.sun.management.internal.HotSpotDiagnostic.dumpHeap",
          "java.io.",
          "java.lang.Object.wait",
          "java.lang.ProcessHandleImpl.",
          "java.lang.ProcessImpl.",
          "java.lang.Thread.sleep",
          "java.lang.ref.Reference.wait",
          "java.net.",
          "jdk.internal.misc.Unsafe.park",
          "sun.net.",
          "sun.nio.");

  /** Whose native methods call no Java code of others on what they were given. */
  private static final List<String> JDK =
      List.of("com.sun.management.", "java.", "javax.", "jdk.", "sun.");

  /** What a thread is doing, as far as liveness cares. */
  public enum WaitStatus {
    /** Anything that ends by itself, or may: running, I/O, sleeping, waiting with a timeout. */
    ACTIVE,
    /** In {@code LockSupport.park} without a timeout. */
    PARKED,
    /** In {@code LockSupport.park} with a timeout, which may be one that never comes. */
    PARKED_FOR_A_TIME,
    /** In {@code Object.wait} with a timeout, which may be one that never comes. */
    WAITING_FOR_A_TIME,
    /** In {@code Object.wait} without a timeout. */
    WAITING,
    /** Entering a monitor that another thread owns. */
    ENTERING
  }

  /**
   * Whether it was running, and not only waiting for something that ends by itself. The result of a
   * call that is just returning is in a register, and the arguments of a native method that is just
   * called, such as that by which reflection calls others, are in its frame: in no root of the
   * dump.
   */
  public boolean isRunning() {
    return status == WaitStatus.ACTIVE
        && !frames.isEmpty()
        && SUSPENDED_IN.stream().noneMatch(frames.get(0).className()::startsWith)
        && !isWaitingIn(frames.get(0));
  }

  /** Whether it initializes a class, or waits until another thread has done that. */
  public boolean isInitializing() {
    return frames.stream().anyMatch(frame -> frame.methodName().equals("<clinit>"));
  }

  private static boolean isWaitingIn(StackFrame frame) {
    String method = frame.className() + "." + frame.methodName();
    return frame.isNative() && WAITING_IN.stream().anyMatch(method::startsWith);
  }

  /**
   * Whether native code of others than the JDK is on its stack. The object that it was called on,
   * and what it was given, are in no root of the dump, and it may call them back.
   */
  public boolean isInForeignCode() {
    return frames.stream()
        .anyMatch(
            frame -> frame.isNative() && JDK.stream().noneMatch(frame.className()::startsWith));
  }
}
