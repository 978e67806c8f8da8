package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.jdk.JdkField;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.jdk.SyncState;
import io.stranded.internal.stack.WaitSite;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The tasks in the queues of thread pools whose workers wait: one that leads to what a worker of
 * the same pool waits on is what that worker waits for, and it has nobody to run it.
 */
final class OwnTasks {
  /** Beyond that, what a task leads to is no longer its own. */
  private static final int MOST_OBJECTS = 10_000;

  /** What waits for the queue itself: an idle worker, or whoever adds a task. */
  private static final Set<Cause> WAITS_FOR_THE_QUEUE =
      EnumSet.of(
          Cause.ORPHANED_POOL_WORKER,
          Cause.QUEUE_CONSUMER_ABANDONED,
          Cause.QUEUE_PRODUCER_ABANDONED);

  /** What many objects refer to that have nothing else to do with each other. */
  private static final List<String> SHARED =
      List.of(
          "java.lang.Thread",
          "java.lang.ThreadGroup",
          "java.lang.ClassLoader",
          "java.lang.ref.Reference",
          "java.util.concurrent.ThreadPoolExecutor",
          "java.util.concurrent.ThreadPoolExecutor$Worker");

  private final JdkThreads threads;
  private final HeapGraph graph;

  /** What the queue of each pool leads to, by the pool's address. */
  private final Map<Long, Set<Long>> reached = new HashMap<>();

  OwnTasks(JdkThreads threads) {
    this.threads = threads;
    this.graph = threads.graph();
  }

  /**
   * The pool in which the thread waits for a task of the pool's own queue; empty if it does not.
   */
  Optional<HeapObject> pool(Candidate candidate, WaitSite site) {
    OptionalLong awaited = candidate.blockedOn().syncObject();
    if (awaited.isEmpty() || WAITS_FOR_THE_QUEUE.contains(site.cause())) {
      return Optional.empty();
    }
    return SyncState.poolOf(threads, candidate.thread())
        .filter(
            pool ->
                reached
                    .computeIfAbsent(pool.address(), address -> behindQueue(pool))
                    .contains(awaited.getAsLong()));
  }

  /** Says how large the pool is, and how long its queue. */
  String sentence(HeapObject pool) {
    Map<String, Object> state = SyncState.ofPool(threads, pool);
    String workers =
        state.get("poolSize") instanceof Integer size
            ? "the pool has " + size + (size == 1 ? " thread" : " threads") + ", and "
            : "";
    String tasks =
        state.get("queued") instanceof Integer queued
            ? ", which has " + queued + (queued == 1 ? " element" : " elements")
            : "";
    return workers + "what it waits on is reached from the pool's own queue" + tasks;
  }

  /** Goes breadth first, so that near objects count before far ones. */
  private Set<Long> behindQueue(HeapObject pool) {
    Set<Long> seen = new HashSet<>();
    Deque<Long> next = new ArrayDeque<>();
    threads
        .shape()
        .referred(JdkField.POOL_QUEUE, pool)
        .ifPresent(queue -> next.add(queue.address()));
    seen.addAll(next);
    while (!next.isEmpty()) {
      for (long address : references(next.remove())) {
        if (address != 0 && seen.size() < MOST_OBJECTS && seen.add(address)) {
          next.add(address);
        }
      }
    }
    return seen;
  }

  private List<Long> references(long address) {
    boolean shared =
        graph
            .instance(address)
            .filter(object -> SHARED.stream().anyMatch(object.type()::isA))
            .isPresent();
    return shared ? List.of() : References.of(graph, address, MOST_OBJECTS);
  }
}
