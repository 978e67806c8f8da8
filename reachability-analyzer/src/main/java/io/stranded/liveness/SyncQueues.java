package io.stranded.liveness;

import io.stranded.heap.GcRoot;
import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapObject;
import io.stranded.heap.HeapThread;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the node by which a thread queues at an {@code AbstractQueuedSynchronizer} or one of its
 * conditions. Each queue is walked once, however many threads wait in it.
 */
final class SyncQueues {
  static final String SYNCHRONIZER = "java.util.concurrent.locks.AbstractQueuedSynchronizer";
  static final String LONG_SYNCHRONIZER =
      "java.util.concurrent.locks.AbstractQueuedLongSynchronizer";

  /** Bits of a node's status. */
  static final int WAITING = 1;

  static final int CONDITION = 2;

  /**
   * Nodes looked at in all queues. Each thread has one, and some are cancelled; only in a damaged
   * dump do queues share theirs, and then they could be walked without end.
   */
  private static final long STEPS_PER_THREAD = 16;

  private static final long SPARE_STEPS = 1 << 20;

  private final HeapGraph graph;
  private long steps;
  private final Map<Long, Map<Long, HeapObject>> nodesByThread = new HashMap<>();

  SyncQueues(HeapGraph graph) {
    this.graph = graph;
    this.steps = SPARE_STEPS + STEPS_PER_THREAD * (long) graph.threads().size();
  }

  /** The thread's node in the queue of a synchronizer, or on its own stack. */
  Optional<HeapObject> nodeOf(HeapThread thread, HeapObject synchronizer) {
    return onStack(thread)
        .or(() -> Optional.ofNullable(queue(synchronizer, "head", "next").get(address(thread))));
  }

  /** The thread's node in the list of a condition; empty if it was moved out of it. */
  Optional<HeapObject> conditionNodeOf(HeapThread thread, HeapObject condition) {
    return Optional.ofNullable(queue(condition, "firstWaiter", "nextWaiter").get(address(thread)));
  }

  private Map<Long, HeapObject> queue(HeapObject owner, String firstField, String nextField) {
    return nodesByThread.computeIfAbsent(
        owner.address(),
        address -> {
          Map<Long, HeapObject> nodes = new HashMap<>();
          Set<Long> seen = new HashSet<>();
          Optional<HeapObject> node = owner.ref(firstField);
          while (node.isPresent() && steps-- > 0 && seen.add(node.get().address())) {
            nodes.put(node.get().refId("waiter"), node.get());
            node = node.get().ref(nextField);
          }
          return nodes;
        });
  }

  private Optional<HeapObject> onStack(HeapThread thread) {
    for (GcRoot root : thread.roots()) {
      Optional<HeapObject> node =
          graph
              .instance(root.address())
              .filter(
                  object ->
                      object.type().isA(SYNCHRONIZER + "$Node")
                          || object.type().isA(LONG_SYNCHRONIZER + "$Node"))
              .filter(object -> object.refId("waiter") == address(thread));
      if (node.isPresent()) {
        return node;
      }
    }
    return Optional.empty();
  }

  private static long address(HeapThread thread) {
    return thread.object().address();
  }
}
