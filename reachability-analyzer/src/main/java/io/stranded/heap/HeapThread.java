package io.stranded.heap;

import io.stranded.hprof.StackFrame;
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

  /** Whose native methods call no Java code of others on what they were given. */
  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.");

  /** What a thread is doing, as far as liveness cares. */
  public enum WaitStatus {
    /** Anything that ends by itself, or may: running, I/O, sleeping, waiting with a timeout. */
    ACTIVE,
    /** In {@code LockSupport.park} without a timeout. */
    PARKED,
    /** In {@code Object.wait} without a timeout. */
    WAITING,
    /** Entering a monitor that another thread owns. */
    ENTERING
  }

  /**
   * Whether it was running Java code. The result of a call that is just returning to such code is
   * in a register, and in no root of the dump.
   */
  public boolean isRunningJava() {
    return status == WaitStatus.ACTIVE
        && !frames.isEmpty()
        && !frames.get(0).isNative()
        && SUSPENDED_IN.stream().noneMatch(frames.get(0).className()::startsWith);
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
