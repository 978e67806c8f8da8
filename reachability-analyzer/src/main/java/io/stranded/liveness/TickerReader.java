package io.stranded.liveness;

import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkField;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.jdk.SyncState;
import io.stranded.internal.stack.Frames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells which threads of a graph act again and again, by the period of their tasks. */
final class TickerReader {
  /** Whoever has one of a timer that nobody has can cancel it all the same. */
  static final String TIMER_TASK = "java.util.TimerTask";

  private static final String TIMER = "java.util.TimerThread";
  private static final String DELAYED_QUEUE =
      "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue";
  private static final String POOL_WORKER = "java.util.concurrent.ThreadPoolExecutor";

  /** Longer queues of tasks are looked at no further. */
  private static final int MOST_TASKS = 1_000;

  /** From a pool or its thread to its queue, the array in that, and the tasks. */
  private static final int STEPS_TO_TASKS = 3;

  private final JdkThreads threads;
  private final HeapGraph graph;

  TickerReader(JdkThreads threads) {
    this.threads = threads;
    this.graph = threads.graph();
  }

  /**
   * The thread as a ticker; empty if it is none. A loop that sleeps is none either: one look does
   * not tell it from a thread that sleeps once, and then does what others wait for.
   */
  Optional<Ticker> ticker(HeapThread thread) {
    if (!isPausing(thread)) {
      return Optional.empty();
    }
    List<StackFrame> frames = thread.frames();
    if (frames.stream().anyMatch(frame -> frame.is(TIMER, "mainLoop"))) {
      return scheduled(thread, Ticker.Kind.TIMER, thread.object().address());
    }
    boolean delayed = frames.stream().anyMatch(frame -> frame.className().equals(DELAYED_QUEUE));
    if (delayed && frames.stream().anyMatch(frame -> frame.is(POOL_WORKER, "getTask"))) {
      return SyncState.poolOf(threads, thread)
          .flatMap(pool -> scheduled(thread, Ticker.Kind.POOL, pool.address()));
    }
    return Optional.empty();
  }

  private static boolean isPausing(HeapThread thread) {
    return switch (thread.status()) {
      case PARKED_FOR_A_TIME, WAITING_FOR_A_TIME -> true;
      case ACTIVE -> inJdk(thread).anyMatch(TickerReader::isPause);
      case PARKED, WAITING, ENTERING -> false;
    };
  }

  private static boolean isPause(StackFrame frame) {
    return frame.is("java.lang.Thread", "sleep")
        || frame.is("java.lang.Object", "wait")
        || frame.is("java.util.concurrent.locks.LockSupport", "parkNanos")
        || frame.is("java.util.concurrent.locks.LockSupport", "parkUntil");
  }

  private static java.util.stream.Stream<StackFrame> inJdk(HeapThread thread) {
    return thread.frames().stream().takeWhile(frame -> Frames.isJdk(frame.className()));
  }

  /** Whoever has the pool, or one of its tasks, can end what it does. */
  private Optional<Ticker> scheduled(HeapThread thread, Ticker.Kind kind, long pool) {
    List<Long> owners = new ArrayList<>(List.of(pool));
    Set<Long> seen = new LinkedHashSet<>(owners);
    List<Long> step = owners;
    for (int i = 0; i < STEPS_TO_TASKS; i++) {
      List<Long> next = new ArrayList<>();
      for (long from : step) {
        References.of(graph, from, MOST_TASKS).stream()
            .filter(to -> seen.size() < MOST_TASKS && leadsToTasks(to) && seen.add(to))
            .forEach(next::add);
      }
      step = next;
    }
    List<Long> periodic = seen.stream().filter(this::isPeriodic).toList();
    owners.addAll(periodic);
    return periodic.isEmpty() ? Optional.empty() : Optional.of(new Ticker(thread, kind, owners));
  }

  private boolean leadsToTasks(long address) {
    Optional<HeapObject> object = graph.instance(address);
    return object.isEmpty()
        || object.get().type().name().equals(DELAYED_QUEUE)
        || object.get().type().name().equals("java.util.TaskQueue")
        || isPeriodic(address);
  }

  private boolean isPeriodic(long address) {
    return graph
        .instance(address)
        .filter(task -> threads.shape().number(JdkField.TASK_PERIOD, task).orElse(0) != 0)
        .isPresent();
  }
}
