package io.stranded.internal.jdk;

import io.stranded.finding.Cause;
import io.stranded.finding.FoundThread;
import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.WaitSite;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads from the heap what state a synchronizer is in: numbers and names, never contents. */
public final class SyncState {
  private static final String CONCURRENT = "java.util.concurrent.";
  private static final String POOL = CONCURRENT + "ThreadPoolExecutor";
  private static final int POOL_COUNT_BITS = 29;
  private static final int SHARED_SHIFT = 16;
  private static final int HALF = 0xffff;

  /** A read-write lock whose state is a long has room for more holds. */
  private static final int LONG_SHARED_SHIFT = 32;

  private static final int PHASE_SHIFT = 32;

  private final JdkShape shape;
  private final Map<String, Object> state = new LinkedHashMap<>();

  private SyncState(JdkShape shape) {
    this.shape = shape;
  }

  /**
   * The state of what a thread waits on, by the names that its documentation uses. What the dump
   * does not show is left out.
   */
  public static Map<String, Object> of(JdkThreads threads, HeapThread thread, WaitSite site) {
    HeapGraph graph = threads.graph();
    SyncState state = new SyncState(threads.shape());
    Optional<HeapObject> blocker =
        threads.shape().referred(JdkField.THREAD_PARK_BLOCKER, thread.object());
    callee(graph, thread, site.depth(), site.type()).or(() -> blocker).ifPresent(state::describe);
    blocker.ifPresent(state::describeSync);
    if (site.cause() == Cause.ORPHANED_POOL_WORKER) {
      poolOf(threads, thread).ifPresent(state::describePool);
    }
    return state.state;
  }

  /** The pool one of whose workers the thread is, as its frames tell; empty if they do not. */
  public static Optional<HeapObject> poolOf(JdkThreads threads, HeapThread thread) {
    for (GcRoot root : thread.roots()) {
      if (root.depth() >= 0
          && root.depth() < thread.frames().size()
          && isWorkersFrame(thread.frames().get(root.depth()))) {
        Optional<HeapObject> object = threads.graph().instance(root.address());
        Optional<HeapObject> pool =
            object.filter(o -> o.type().name().equals(POOL + "$Worker")).isPresent()
                ? object.flatMap(o -> threads.shape().referred(JdkField.POOL_OF_WORKER, o))
                : object.filter(o -> o.type().isA(POOL));
        if (pool.isPresent()) {
          return pool;
        }
      }
    }
    return Optional.empty();
  }

  /** The state of a synchronizer by itself. */
  public static Map<String, Object> of(JdkThreads threads, HeapObject synchronizer) {
    SyncState state = new SyncState(threads.shape());
    state.describe(synchronizer);
    return state.state;
  }

  /**
   * What a pool is like, and how many tasks are {@code queued}, if its queue is one that counts.
   */
  public static Map<String, Object> ofPool(JdkThreads threads, HeapObject pool) {
    SyncState state = new SyncState(threads.shape());
    state.describePool(pool);
    state.put("maximumPoolSize", JdkField.POOL_MAXIMUM, pool);
    Object size =
        threads
            .shape()
            .referred(JdkField.POOL_QUEUE, pool)
            .map(queue -> of(threads, queue).get("size"))
            .orElse(null);
    if (size != null) {
      state.state.put("queued", size);
    }
    return state.state;
  }

  /** Its other methods are called for other pools, too. */
  private static boolean isWorkersFrame(StackFrame frame) {
    return frame.is(POOL, "runWorker") || frame.is(POOL, "getTask");
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

  private void describe(HeapObject object) {
    String type = object.type().name();
    if (!type.startsWith(CONCURRENT)) {
      return;
    }
    switch (type.substring(CONCURRENT.length())) {
      case "LinkedBlockingQueue" -> {
        shape
            .referred(JdkField.QUEUE_COUNT, object)
            .ifPresent(count -> put("size", JdkField.ATOMIC_VALUE, count));
        put("capacity", JdkField.CAPACITY, object);
      }
      case "ArrayBlockingQueue" -> {
        put("size", JdkField.SIZE, object);
        shape
            .address(JdkField.QUEUE_ITEMS, object)
            .ifPresent(items -> state.put("capacity", object.graph().arrayLength(items)));
      }
      case "LinkedBlockingDeque" -> {
        put("size", JdkField.SIZE, object);
        put("capacity", JdkField.CAPACITY, object);
      }
      case "PriorityBlockingQueue", "ScheduledThreadPoolExecutor$DelayedWorkQueue" ->
          put("size", JdkField.SIZE, object);
      case "DelayQueue" ->
          shape
              .referred(JdkField.DELAYED, object)
              .ifPresent(queue -> put("size", JdkField.SIZE, queue));
      case "CyclicBarrier" -> describeBarrier(object);
      case "Phaser" -> describePhaser(object);
      case "Phaser$QNode" ->
          shape.referred(JdkField.PHASER_NODE_PHASER, object).ifPresent(this::describePhaser);
      case "CompletableFuture" ->
          shape
              .address(JdkField.FUTURE_RESULT, object)
              .ifPresent(result -> state.put("completed", result != 0));
      case "FutureTask" -> {
        shape
            .number(JdkField.TASK_STATE, object)
            .ifPresent(value -> state.put("completed", value > 1));
        shape
            .address(JdkField.TASK_RUNNER, object)
            .ifPresent(runner -> state.put("running", runner != 0));
      }
      default -> {
        // Its type says all there is to say.
      }
    }
  }

  /** Puts a row of int. */
  private void put(String name, JdkField row, HeapObject object) {
    shape.number(row, object).ifPresent(value -> state.put(name, (int) value));
  }

  private void describeBarrier(HeapObject barrier) {
    put("parties", JdkField.BARRIER_PARTIES, barrier);
    OptionalLong parties = shape.number(JdkField.BARRIER_PARTIES, barrier);
    OptionalLong count = shape.number(JdkField.BARRIER_COUNT, barrier);
    if (parties.isPresent() && count.isPresent()) {
      state.put("arrived", (int) (parties.getAsLong() - count.getAsLong()));
    }
  }

  private void describeSync(HeapObject sync) {
    OptionalLong value = shape.number(JdkField.SYNC_STATE, sync);
    if (value.isEmpty()) {
      return;
    }
    if (sync.type().isA(CONCURRENT + "CountDownLatch$Sync")) {
      put("count", JdkField.SYNC_STATE, sync);
    } else if (sync.type().isA(CONCURRENT + "Semaphore$Sync")) {
      put("permits", JdkField.SYNC_STATE, sync);
    } else if (sync.type().isA(CONCURRENT + "locks.ReentrantLock$Sync")) {
      put("holds", JdkField.SYNC_STATE, sync);
      putOwner(sync);
    } else if (sync.type().isA(CONCURRENT + "locks.ReentrantReadWriteLock$Sync")) {
      boolean isLong = sync.type().isA(SyncQueues.LONG_SYNCHRONIZER);
      int shift = isLong ? LONG_SHARED_SHIFT : SHARED_SHIFT;
      state.put("readHolds", (int) (value.getAsLong() >>> shift));
      state.put("writeHolds", (int) (isLong ? value.getAsLong() : value.getAsLong() & HALF));
      putOwner(sync);
    }
  }

  private void putOwner(HeapObject sync) {
    shape
        .referred(JdkField.LOCK_OWNER, sync)
        .map(this::nameOf)
        .ifPresent(name -> state.put("owner", name));
  }

  /** Its name, or its number if it has none. */
  private String nameOf(HeapObject owner) {
    String name = shape.text(JdkField.THREAD_NAME, owner).orElse("");
    return name.isEmpty()
        ? FoundThread.label(
            name,
            shape.number(JdkField.THREAD_ID, owner).orElse(0),
            owner.type().isA("java.lang.BaseVirtualThread"))
        : name;
  }

  private void describePhaser(HeapObject phaser) {
    OptionalLong value = shape.number(JdkField.PHASER_STATE, phaser);
    if (value.isPresent()) {
      int parties = (int) (value.getAsLong() >>> SHARED_SHIFT) & HALF;
      state.put("phase", (int) (value.getAsLong() >>> PHASE_SHIFT));
      state.put("parties", parties);
      state.put("arrived", parties - (int) (value.getAsLong() & HALF));
    }
  }

  private void describePool(HeapObject pool) {
    OptionalLong control =
        shape
            .referred(JdkField.POOL_CONTROL, pool)
            .map(ctl -> shape.number(JdkField.ATOMIC_VALUE, ctl))
            .orElse(OptionalLong.empty());
    if (control.isPresent()) {
      int value = (int) control.getAsLong();
      state.put("poolSize", value & ((1 << POOL_COUNT_BITS) - 1));
      state.put("shutdown", value >> POOL_COUNT_BITS >= 0);
    }
    shape
        .referred(JdkField.POOL_FACTORY, pool)
        .map(factory -> Frames.normalised(factory.type().name()))
        .ifPresent(factory -> state.put("threadFactory", factory));
  }
}
