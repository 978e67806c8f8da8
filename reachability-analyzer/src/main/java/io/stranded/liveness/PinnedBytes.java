package io.stranded.liveness;

import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import java.util.List;

/** Adds up what leaked threads keep alive: what a fix gives back. */
final class PinnedBytes {
  private final Marker marker;

  /** Counts beyond what is marked, and leaves the marks as they are. */
  PinnedBytes(HeapGraph graph, Marks live) {
    Marks marks = live.copy();
    marks.visitLeaves();
    EdgePolicy policy = EdgePolicy.ofLiveCode(graph.classes().size());
    this.marker = new Marker(graph, marks, policy, Marker.Listener.NONE);
  }

  /** Bytes that these threads keep alive beyond everything live and everything asked for before. */
  long of(List<HeapThread> threads) {
    long before = marker.bytes();
    for (HeapThread thread : threads) {
      ThreadStack.mark(thread, marker);
    }
    marker.drain();
    return marker.bytes() - before;
  }
}
