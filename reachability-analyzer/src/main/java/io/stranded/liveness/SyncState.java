package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.finding.Frames;
import io.stranded.finding.WaitSite;
import io.stranded.heap.GcRoot;
import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapObject;
import io.stranded.heap.HeapThread;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads from the heap what state a synchronizer is in: numbers and names, never contents. */
final class SyncState {
  private static final String CONCURRENT = "java.util.concurrent.";
  private static final String POOL = CONCURRENT + "ThreadPoolExecutor";
  private static final int POOL_COUNT_BITS = 29;
  private static final int SHARED_SHIFT = 16;
  private static final int HALF = 0xffff;
  private static final int PHASE_SHIFT = 32;

  private SyncState() {}

  /** The state of what the thread waits on, by the names that its documentation uses. */
  static Map<String, Object> of(HeapGraph graph, Candidate candidate, WaitSite site) {
    Map<String, Object> state = new LinkedHashMap<>();
    HeapThread thread = candidate.thread();
    Optional<HeapObject> blocker = graph.instance(thread.object().refId("parkBlocker"));
    callee(graph, thread, site.depth(), site.type())
        .ifPresentOrElse(
            object -> describe(object, state),
            () -> blocker.ifPresent(object -> describe(object, state)));
    blocker.ifPresent(object -> describeSync(object, state));
    if (site.cause() == Cause.ORPHANED_POOL_WORKER) {
      pool(graph, thread).ifPresent(pool -> describePool(pool, state));
    }
    return state;
  }

  /** The receiver of the frame in which the synchronizer was called. */
  private static Optional<HeapObject> callee(
      HeapGraph graph, HeapThread thread, int depth, String type) {
    return thread.roots().stream()
        .filter(root -> root.depth() == depth && depth >= 0)
        .map(GcRoot::address)
        .flatMap(address -> graph.instance(address).stream())
        .filter(object -> object.type().isA(type))
        .findFirst();
  }

  private static Optional<HeapObject> pool(HeapGraph graph, HeapThread thread) {
    for (GcRoot root : thread.roots()) {
      if (root.depth() >= 0
          && root.depth() < thread.frames().size()
          && thread.frames().get(root.depth()).className().equals(POOL)) {
        Optional<HeapObject> object = graph.instance(root.address());
        Optional<HeapObject> pool =
            object.filter(o -> o.type().name().equals(POOL + "$Worker")).isPresent()
                ? object.flatMap(worker -> worker.ref("this$0"))
                : object.filter(o -> o.type().isA(POOL));
        if (pool.isPresent()) {
          return pool;
        }
      }
    }
    return Optional.empty();
  }

  private static void describe(HeapObject object, Map<String, Object> state) {
    String type = object.type().name();
    if (!type.startsWith(CONCURRENT)) {
      return;
    }
    switch (type.substring(CONCURRENT.length())) {
      case "LinkedBlockingQueue" -> {
        object.ref("count").ifPresent(count -> state.put("size", count.intField("value", 0)));
        state.put("capacity", object.intField("capacity", 0));
      }
      case "ArrayBlockingQueue" -> {
        state.put("size", object.intField("count", 0));
        state.put("capacity", object.arrayLength("items"));
      }
      case "LinkedBlockingDeque" -> {
        state.put("size", object.intField("count", 0));
        state.put("capacity", object.intField("capacity", 0));
      }
      case "PriorityBlockingQueue" -> state.put("size", object.intField("size", 0));
      case "DelayQueue" ->
          object.ref("q").ifPresent(queue -> state.put("size", queue.intField("size", 0)));
      case "CyclicBarrier" -> {
        int parties = object.intField("parties", 0);
        state.put("parties", parties);
        state.put("arrived", parties - object.intField("count", 0));
      }
      case "Phaser" -> describePhaser(object, state);
      case "Phaser$QNode" ->
          object.ref("phaser").ifPresent(phaser -> describePhaser(phaser, state));
      case "CompletableFuture" -> state.put("completed", object.refId("result") != 0);
      case "FutureTask" -> {
        state.put("completed", object.intField("state", 0) > 1);
        state.put("running", object.refId("runner") != 0);
      }
      default -> {
        // Its type says all there is to say.
      }
    }
  }

  private static void describeSync(HeapObject sync, Map<String, Object> state) {
    int value = sync.intField("state", 0);
    if (sync.type().isA(CONCURRENT + "CountDownLatch$Sync")) {
      state.put("count", value);
    } else if (sync.type().isA(CONCURRENT + "Semaphore$Sync")) {
      state.put("permits", value);
    } else if (sync.type().isA(CONCURRENT + "locks.ReentrantLock$Sync")) {
      state.put("holds", value);
      putOwner(sync, state);
    } else if (sync.type().isA(CONCURRENT + "locks.ReentrantReadWriteLock$Sync")) {
      state.put("readHolds", value >>> SHARED_SHIFT);
      state.put("writeHolds", value & HALF);
      putOwner(sync, state);
    }
  }

  private static void putOwner(HeapObject sync, Map<String, Object> state) {
    sync.ref("exclusiveOwnerThread")
        .flatMap(owner -> owner.stringField("name"))
        .ifPresent(name -> state.put("owner", name));
  }

  private static void describePhaser(HeapObject phaser, Map<String, Object> state) {
    long value = phaser.longField("state", 0);
    int parties = (int) (value >>> SHARED_SHIFT) & HALF;
    state.put("phase", (int) (value >>> PHASE_SHIFT));
    state.put("parties", parties);
    state.put("arrived", parties - (int) (value & HALF));
  }

  private static void describePool(HeapObject pool, Map<String, Object> state) {
    pool.ref("ctl")
        .ifPresent(
            ctl -> {
              int value = ctl.intField("value", 0);
              state.put("poolSize", value & ((1 << POOL_COUNT_BITS) - 1));
              state.put("shutdown", value >> POOL_COUNT_BITS >= 0);
            });
    pool.ref("threadFactory")
        .map(factory -> Frames.normalised(factory.type().name()))
        .ifPresent(factory -> state.put("threadFactory", factory));
  }
}
