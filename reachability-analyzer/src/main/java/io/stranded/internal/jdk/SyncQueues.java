package io.stranded.internal.jdk;

import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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

  private static final List<String> SYNCHRONIZERS = List.of(SYNCHRONIZER, LONG_SYNCHRONIZER);

  private final HeapGraph graph;
  private final JdkShape shape;
  private long steps;
  private final Map<Long, Map<Long, HeapObject>> nodesByThread = new HashMap<>();

  SyncQueues(JdkThreads threads) {
    this.graph = threads.graph();
    this.shape = threads.shape();
    this.steps = SPARE_STEPS + STEPS_PER_THREAD * (long) threads.all().size();
  }

  /** Whether an object is a queue of threads. */
  static boolean isSynchronizer(HeapObject object) {
    return SYNCHRONIZERS.stream().anyMatch(object.type()::isA);
  }

  /** Whether this dump's shape lets the nodes of a synchronizer, or of a condition, be found. */
  boolean showsNodesOf(HeapObject queue) {
    boolean isQueue = isSynchronizer(queue);
    return SYNCHRONIZERS.stream()
        .filter(
            type -> isQueue ? queue.type().isA(type) : queue.type().name().startsWith(type + "$"))
        .anyMatch(
            type ->
                shape.has(isQueue ? JdkField.SYNC_HEAD : JdkField.CONDITION_FIRST, queue)
                    && (isQueue
                        ? shape.has(JdkField.NODE_NEXT, type + "$Node")
                        : shape.has(JdkField.CONDITION_NEXT, type + "$ConditionNode"))
                    && shape.has(JdkField.NODE_WAITER, type + "$Node")
                    && shape.has(JdkField.NODE_STATUS, type + "$Node"));
  }

  /** The thread's node in the queue of a synchronizer, or on its own stack. */
  Optional<HeapObject> nodeOf(HeapThread thread, HeapObject synchronizer) {
    return onStack(thread)
        .or(
            () ->
                Optional.ofNullable(
                    queue(synchronizer, JdkField.SYNC_HEAD, JdkField.NODE_NEXT)
                        .get(address(thread))));
  }

  /** The thread's node in the list of a condition; empty if it was moved out of it. */
  Optional<HeapObject> conditionNodeOf(HeapThread thread, HeapObject condition) {
    return Optional.ofNullable(
        queue(condition, JdkField.CONDITION_FIRST, JdkField.CONDITION_NEXT).get(address(thread)));
  }

  private Map<Long, HeapObject> queue(HeapObject owner, JdkField first, JdkField next) {
    return nodesByThread.computeIfAbsent(
        owner.address(),
        address -> {
          Map<Long, HeapObject> nodes = new HashMap<>();
          Set<Long> seen = new HashSet<>();
          Optional<HeapObject> node = shape.referred(first, owner);
          while (node.isPresent() && steps-- > 0 && seen.add(node.get().address())) {
            HeapObject here = node.get();
            shape.address(JdkField.NODE_WAITER, here).ifPresent(waiter -> nodes.put(waiter, here));
            node = shape.referred(next, node.get());
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
              .filter(
                  object ->
                      shape.address(JdkField.NODE_WAITER, object).orElse(0) == address(thread));
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
