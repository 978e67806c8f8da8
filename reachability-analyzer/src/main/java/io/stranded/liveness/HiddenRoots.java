package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.stack.Frames;
import java.util.List;
import java.util.Optional;

/**
 * Tells what the stack of a live thread may hold that is in no heap dump. It could be anything, so
 * with such a thread nothing is proved.
 */
final class HiddenRoots {
  private static final String CLASS_LOADER = "java.lang.ClassLoader";
  private static final String THREAD = "java.lang.Thread";

  /**
   * Beginnings of names of classes that the JVM itself calls in threads of its own or that end;
   * anything else of the JDK may be called by whoever has attached a thread.
   */
  private static final List<String> CALLED_BY_RUNTIME =
      List.of(
          "com.sun.management.",
          "java.lang.Shutdown",
          "java.lang.VirtualThread",
          "java.lang.ref.Finalizer",
          "java.lang.ref.Reference",
          "jdk.internal.misc.Signal",
          "jdk.internal.vm.",
          "jdk.jfr.",
          "sun.instrument.",
          "sun.launcher.",
          "sun.management.");

  /** Each was seen to hide the only way to what a healthy thread waited on. */
  static final List<Doubt> DOUBTS =
      List.of(
          Doubt.SCALAR_REPLACED,
          Doubt.OUTGOING_ARGUMENTS,
          Doubt.UNDER_CONSTRUCTION,
          Doubt.NATIVE_LOCALS);

  private final HeapGraph graph;
  private final boolean exact;

  /**
   * Hidden roots of a dump.
   *
   * @param exact whether the dump claims to show what compiled code has taken apart
   */
  HiddenRoots(HeapGraph graph, boolean exact) {
    this.graph = graph;
    this.exact = exact;
  }

  /** Whether a live thread may hold something in this way. */
  boolean mayHide(HeapThread thread, Doubt doubt) {
    if (ThreadStack.isOurAgent(thread) || thread.frames().isEmpty()) {
      return false;
    }
    return switch (doubt) {
      case SCALAR_REPLACED -> exact && thread.virtual() && hasFramesOfApplication(thread);
      case OUTGOING_ARGUMENTS -> calledByRuntime(thread).isPresent();
      case UNDER_CONSTRUCTION -> constructsByReflection(thread);
      case NATIVE_LOCALS -> !thread.virtual() && isAttached(thread);
      default -> throw new IllegalArgumentException(doubt + " is not about hidden roots");
    };
  }

  /** HotSpot puts objects together again for platform threads alone. */
  private static boolean hasFramesOfApplication(HeapThread thread) {
    return thread.frames().stream().anyMatch(frame -> !Frames.isJdk(frame.className()));
  }

  /**
   * The frame of what a call waits for until its class is loaded or initialized: its arguments lie
   * on the stack of a compiled caller, which does not count them as its own any more.
   */
  Optional<StackFrame> calledByRuntime(HeapThread thread) {
    List<StackFrame> frames = thread.frames();
    for (StackFrame frame : frames.subList(0, frames.size() - 1)) {
      if (frame.methodName().equals("<clinit>")
          || (frame.methodName().equals("loadClass") && isOfA(frame, CLASS_LOADER))) {
        return Optional.of(frame);
      }
    }
    return Optional.empty();
  }

  private static boolean constructsByReflection(HeapThread thread) {
    return thread.frames().stream()
        .anyMatch(frame -> frame.isNative() && frame.methodName().equals("newInstance0"));
  }

  /**
   * Whether the first Java frame was called by native code that has attached its thread itself, and
   * whose JNI references belong to no Java frame.
   */
  private boolean isAttached(HeapThread thread) {
    StackFrame bottom = thread.frames().get(thread.frames().size() - 1);
    boolean started = bottom.methodName().equals("run") && isOfA(bottom, THREAD);
    boolean launched = bottom.methodName().equals("main") && (thread.id() == 1 || !thread.daemon());
    boolean ofRuntime = CALLED_BY_RUNTIME.stream().anyMatch(bottom.className()::startsWith);
    boolean ends = bottom.is(THREAD, "exit") || bottom.is(THREAD, "dispatchUncaughtException");
    return !started && !launched && !ends && !ofRuntime;
  }

  private boolean isOfA(StackFrame frame, String type) {
    return Optional.ofNullable(graph.classById(frame.classId()))
        .filter(c -> c.isA(type))
        .isPresent();
  }
}
