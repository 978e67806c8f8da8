package io.stranded.liveness;

import io.stranded.heap.HeapClass;
import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapGraph.SavedMarks;
import io.stranded.heap.HeapThread;
import io.stranded.hprof.StackFrame;
import io.stranded.jdk.JdkThreads;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Finds what leaked threads do not hold alone, by looking for objects that neither live code nor
 * they lead to. Such an object is garbage, or something holds it that is no root in a dump: the
 * result of a call that was just returning is in a register that HotSpot does not dump, and so is
 * what a native method was given, and what only the JVM itself knows of.
 *
 * <p>Garbage must not hide a leak, so these objects count only where they can be something else: if
 * a thread was running, or is in native code that may call back; or if there are so few of them
 * that the collector has just been there, which leaves none without a reason. Classes are seldom
 * garbage, and what the code of others refers to is held by the JVM alone when nobody has its
 * loader any more: they count always.
 */
final class UnexplainedHolders {
  /** After a collection fewer than one in so many objects is unexplained. */
  private static final int FEW = 100;

  private UnexplainedHolders() {}

  /**
   * Hands over the addresses of all that may hold what it refers to, in no order.
   *
   * @param threads of a graph where all that is live must be marked; its marks are the same
   *     afterwards
   * @param leaked the threads that nothing live can wake
   * @param passedOver what live objects refer to in ways that are no edges
   */
  static void forEach(
      JdkThreads threads, List<HeapThread> leaked, LongStack passedOver, LongConsumer visitor) {
    HeapGraph graph = threads.graph();
    SavedMarks marks = graph.saveMarks();
    EdgePolicy everything = EdgePolicy.ofEverything(graph.classes().size());
    Marker explained = new Marker(graph, everything, Marker.Listener.NONE);
    for (HeapThread thread : leaked) {
      explained.markThread(thread.object().address());
      thread.roots().forEach(root -> explained.mark(root.address()));
      for (StackFrame frame : thread.frames()) {
        explained.mark(frame.classId());
      }
    }
    while (!passedOver.isEmpty()) {
      explained.mark(passedOver.pop());
    }
    explained.drain();
    boolean anyMayHold = anyMayHold(threads);
    long[] classes =
        graph.classes().stream()
            .mapToLong(HeapClass::id)
            .filter(type -> !graph.isMarked(type))
            .toArray();
    graph.exchangeMarks(marks);
    if (anyMayHold) {
      marks.forEachUnmarked(visitor);
    } else {
      LongStream.of(classes).forEach(visitor);
    }
  }

  private static boolean anyMayHold(JdkThreads threads) {
    HeapGraph graph = threads.graph();
    long unexplained = graph.objectCount() - graph.countMarks();
    return threads.all().stream().anyMatch(thread -> thread.isRunning() || thread.isInForeignCode())
        || unexplained * FEW < graph.objectCount();
  }
}
