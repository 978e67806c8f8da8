package io.stranded.liveness;

import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.StackFrame;
import java.util.List;
import java.util.function.Consumer;

/** What the stack of a thread is a way to, and what it keeps. */
final class ThreadStack {
  private static final String CONTINUATION = "jdk.internal.vm.Continuation";
  private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";
  private static final String JDK_CARRIER = "jdk.internal.misc.CarrierThread";
  private static final String OUR_AGENT = "io.stranded.agent.Reporter";

  private ThreadStack() {}

  /** Hands over every root that counts; nothing of our own agent, which wakes nobody. */
  static void forEachRoot(HeapThread thread, Consumer<GcRoot> visitor) {
    if (isOurAgent(thread)) {
      return;
    }
    int carrier = carrierFrames(thread);
    for (GcRoot root : thread.roots()) {
      if (root.depth() < carrier || !isOfRuntime(thread, root.depth())) {
        visitor.accept(root);
      }
    }
  }

  /** Marks a live thread, and all that its stack is a way to: the classes of its methods, too. */
  static void mark(HeapThread thread, Marker marker) {
    marker.markThread(thread.object().address());
    forEachRoot(thread, root -> marker.mark(root.address()));
    if (!isOurAgent(thread)) {
      markClasses(thread, marker);
    }
  }

  /** Marks a thread and all that its stack keeps alive, be it a way for live code or not. */
  static void markKept(HeapThread thread, Marker marker) {
    marker.markThread(thread.object().address());
    thread.roots().forEach(root -> marker.mark(root.address()));
    markClasses(thread, marker);
  }

  private static void markClasses(HeapThread thread, Marker marker) {
    for (StackFrame frame : thread.frames()) {
      marker.mark(frame.classId());
    }
  }

  static boolean isOurAgent(HeapThread thread) {
    return thread.frames().stream().anyMatch(frame -> frame.is(OUR_AGENT, "run"));
  }

  /**
   * Where the frames begin that carry a mounted virtual thread. They hold it, which is the
   * runtime's business and no way for live code to reach it.
   */
  private static int carrierFrames(HeapThread thread) {
    List<StackFrame> frames = thread.frames();
    if (frames.stream().noneMatch(frame -> frame.is(VIRTUAL_THREAD, "runContinuation"))) {
      return Integer.MAX_VALUE;
    }
    int depth = 0;
    while (!isOfContinuation(frames.get(depth))) {
      depth++;
    }
    return depth;
  }

  /** An event loop of the application may be the carrier: then its frames are live code. */
  private static boolean isOfRuntime(HeapThread thread, int depth) {
    return depth >= thread.frames().size()
        || thread.object().type().isA(JDK_CARRIER)
        || isOfContinuation(thread.frames().get(depth));
  }

  private static boolean isOfContinuation(StackFrame frame) {
    return frame.className().equals(CONTINUATION)
        || frame.className().equals(VIRTUAL_THREAD)
        || frame.className().startsWith(VIRTUAL_THREAD + "$$Lambda");
  }
}
