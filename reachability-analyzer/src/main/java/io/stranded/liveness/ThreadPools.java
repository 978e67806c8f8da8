package io.stranded.liveness;

import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkField;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.jdk.SyncState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Thread pools as their workers lead to them: the JDK's, Tomcat's and Jetty's. */
final class ThreadPools {
  /** A kind of pool, told by the method in which each of its workers is. */
  private enum Kind {
    EXECUTOR("java.util.concurrent.ThreadPoolExecutor", Set.of("runWorker", "getTask")),
    FORK_JOIN("java.util.concurrent.ForkJoinPool", Set.of("runWorker")),
    /** From release 10 on a copy of the JDK's, with the same fields. */
    TOMCAT("org.apache.tomcat.util.threads.ThreadPoolExecutor", Set.of("runWorker", "getTask")),
    JETTY("org.eclipse.jetty.util.thread.QueuedThreadPool", Set.of("runJob"));

    private final String type;
    private final Set<String> methods;

    Kind(String type, Set<String> methods) {
      this.type = type;
      this.methods = methods;
    }

    /** Whether it is a method of the pool, or of what it has for each worker. */
    boolean isWorkers(StackFrame frame) {
      return methods.contains(frame.methodName()) && frame.className().equals(type)
          || frame.className().startsWith(type + "$");
    }
  }

  /** Classes whose live instances tell how large a pool is, and how long its queue. */
  static final List<String> TELLING =
      List.of(
          Kind.EXECUTOR.type,
          Kind.FORK_JOIN.type,
          Kind.TOMCAT.type,
          Kind.JETTY.type,
          "java.util.concurrent.LinkedBlockingQueue",
          "java.util.concurrent.ArrayBlockingQueue",
          "java.util.concurrent.LinkedBlockingDeque",
          "java.util.concurrent.PriorityBlockingQueue",
          "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue",
          "org.eclipse.jetty.util.BlockingArrayQueue",
          "java.util.concurrent.atomic.AtomicInteger",
          "java.util.concurrent.atomic.AtomicLong");

  private static final String FORK_JOIN_WORKER = "java.util.concurrent.ForkJoinWorkerThread";
  private static final String OUTER = "this$0";
  private static final int POOL_COUNT_MASK = (1 << 29) - 1;
  private static final int HALF = 0xffff;

  private static final int TOTAL_SHIFT = 32;

  private final JdkThreads threads;
  private final HeapGraph graph;

  ThreadPools(JdkThreads threads) {
    this.threads = threads;
    this.graph = threads.graph();
  }

  /** The pool one of whose workers the thread is; empty if nothing tells of one. */
  Optional<HeapObject> of(HeapThread thread) {
    if (thread.object().type().isA(FORK_JOIN_WORKER)) {
      return threads.shape().referred(JdkField.FORK_JOIN_POOL, thread.object());
    }
    for (GcRoot root : thread.roots()) {
      if (root.depth() < 0 || root.depth() >= thread.frames().size()) {
        continue;
      }
      StackFrame frame = thread.frames().get(root.depth());
      for (Kind kind : Kind.values()) {
        Optional<HeapObject> pool =
            kind.isWorkers(frame)
                ? graph.instance(root.address()).flatMap(object -> poolOf(kind, object))
                : Optional.empty();
        if (pool.isPresent()) {
          return pool;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<HeapObject> poolOf(Kind kind, HeapObject object) {
    if (object.type().isA(kind.type)) {
      return Optional.of(object);
    }
    return object.type().name().startsWith(kind.type + "$")
        ? referred(object, OUTER).filter(outer -> outer.type().isA(kind.type))
        : Optional.empty();
  }

  /**
   * What a pool is like: {@code poolSize}, {@code maximumPoolSize} and {@code queued}, as far as
   * its fields tell.
   */
  Map<String, Object> state(HeapObject pool) {
    Map<String, Object> state = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      if (pool.type().isA(kind.type)) {
        switch (kind) {
          case EXECUTOR -> state.putAll(SyncState.ofPool(threads, pool));
          case FORK_JOIN -> describeForkJoin(pool, state);
          case TOMCAT -> describeTomcat(pool, state);
          case JETTY -> describeJetty(pool, state);
        }
        break;
      }
    }
    return state;
  }

  private void describeForkJoin(HeapObject pool, Map<String, Object> state) {
    OptionalLong control = threads.shape().number(JdkField.FORK_JOIN_CONTROL, pool);
    OptionalLong parallelism = threads.shape().number(JdkField.FORK_JOIN_PARALLELISM, pool);
    OptionalLong mode = threads.shape().number(JdkField.FORK_JOIN_MODE, pool);
    if (control.isEmpty() || (parallelism.isEmpty() && mode.isEmpty())) {
      return;
    }
    int counted = (short) (control.getAsLong() >>> TOTAL_SHIFT);
    int less = (int) mode.orElse(0) & HALF;
    state.put("poolSize", counted + less);
    state.put("parallelism", (int) parallelism.orElse(less) & HALF);
  }

  private void describeTomcat(HeapObject pool, Map<String, Object> state) {
    referred(pool, "ctl")
        .map(control -> threads.shape().number(JdkField.ATOMIC_VALUE, control))
        .filter(OptionalLong::isPresent)
        .ifPresent(value -> state.put("poolSize", (int) value.getAsLong() & POOL_COUNT_MASK));
    number(pool, "maximumPoolSize").ifPresent(most -> state.put("maximumPoolSize", most));
    referred(pool, "workQueue")
        .flatMap(queue -> threads.shape().referred(JdkField.QUEUE_COUNT, queue))
        .map(count -> threads.shape().number(JdkField.ATOMIC_VALUE, count))
        .filter(OptionalLong::isPresent)
        .ifPresent(size -> state.put("queued", (int) size.getAsLong()));
  }

  private void describeJetty(HeapObject pool, Map<String, Object> state) {
    // The upper half counts threads, the lower one the idle among them.
    referred(pool, "_counts")
        .flatMap(counts -> field(counts, "value", HprofType.LONG).map(counts::longAt))
        .map(value -> (int) (value >>> TOTAL_SHIFT))
        .filter(size -> size >= 0)
        .ifPresent(size -> state.put("poolSize", size));
    number(pool, "_maxThreads").ifPresent(most -> state.put("maximumPoolSize", most));
    referred(pool, "_jobs")
        .flatMap(jobs -> referred(jobs, "_size"))
        .map(size -> threads.shape().number(JdkField.ATOMIC_VALUE, size))
        .filter(OptionalLong::isPresent)
        .ifPresent(size -> state.put("queued", (int) size.getAsLong()));
  }

  private Optional<Integer> number(HeapObject object, String name) {
    return field(object, name, HprofType.INT).map(object::intAt);
  }

  private Optional<HeapObject> referred(HeapObject object, String name) {
    return field(object, name, HprofType.OBJECT).map(object::idAt).flatMap(graph::instance);
  }

  /** Where a field of classes that are not the JDK's is. */
  private static Optional<Integer> field(HeapObject object, String name, int type) {
    for (HeapClass c = object.type(); c != null; c = c.superclass()) {
      for (HeapClass.Field field : c.fields()) {
        if (field.name().equals(name) && field.type() == type) {
          return Optional.of(object.type().baseOf(c) + field.offset());
        }
      }
    }
    return Optional.empty();
  }
}
