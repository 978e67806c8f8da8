package io.stranded.internal.jdk;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.HeapThread.WaitStatus;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.stack.Frames;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Tells timeouts that never come from those that do, where the heap has them. Most are in a frame
 * alone, as numbers, which no dump shows.
 */
public final class Timeouts {
  /** No JVM lives that long. */
  private static final long NEVER_NANOS = TimeUnit.DAYS.toNanos(100 * 365);

  /** By which Kotlin's {@code runBlocking} waits. */
  private static final String BLOCKING_COROUTINE = "kotlinx.coroutines.BlockingCoroutine";

  /** Whose {@code close} waits until all tasks have ended. */
  private static final List<String> CLOSING =
      List.of("java.util.concurrent.ExecutorService", "java.util.concurrent.ThreadPerTaskExecutor");

  private final JdkThreads threads;
  private final HeapGraph graph;
  private final JdkShape shape;

  /** Reads timeouts of the dump that has this shape. */
  public Timeouts(JdkThreads threads) {
    this.threads = threads;
    this.graph = threads.graph();
    this.shape = threads.shape();
  }

  /**
   * Whether a thread that waits with a timeout waits for ever all the same, for sure: the timeout
   * never comes, or the JDK waits again after it.
   *
   * @param blocker what it is parked on, if anything
   */
  public boolean neverComes(HeapThread thread, Optional<HeapObject> blocker) {
    boolean parked = thread.status() == WaitStatus.PARKED_FOR_A_TIME;
    long never = parked ? NEVER_NANOS : TimeUnit.NANOSECONDS.toMillis(NEVER_NANOS);
    OptionalLong timeout = threads.timeoutOf(thread);
    return (timeout.isPresent() && timeout.getAsLong() > never && !isAsleep(thread))
        || isWaitedForAgain(thread)
        || blocker.filter(this::neverComes).isPresent();
  }

  /** Who sleeps waits for nobody. */
  private static boolean isAsleep(HeapThread thread) {
    return thread.frames().stream()
        .takeWhile(frame -> Frames.isJdk(frame.className()))
        .anyMatch(frame -> frame.is("java.lang.VirtualThread", "sleepNanos"));
  }

  /** Closing an executor waits for its end a day at a time, until that comes. */
  private static boolean isWaitedForAgain(HeapThread thread) {
    return thread.frames().stream()
        .takeWhile(frame -> Frames.isJdk(frame.className()))
        .anyMatch(frame -> CLOSING.stream().anyMatch(type -> frame.is(type, "close")));
  }

  private boolean neverComes(HeapObject blocker) {
    OptionalLong nanos = shape.number(JdkField.TIMEOUT_NANOS, blocker);
    return nanos.isPresent()
        ? nanos.getAsLong() > NEVER_NANOS
        : blocker.type().isA(BLOCKING_COROUTINE) && hasNothingDelayed(blocker);
  }

  /**
   * Whether the event loop of a {@code runBlocking} has nothing that it will do some time later:
   * then it parks until its coroutine is complete.
   */
  private boolean hasNothingDelayed(HeapObject coroutine) {
    OptionalLong loop = address(coroutine, "eventLoop");
    if (loop.isEmpty() || loop.getAsLong() == 0) {
      return loop.isPresent();
    }
    OptionalLong delayed =
        graph
            .instance(loop.getAsLong())
            .map(events -> address(events, "_delayed"))
            .orElse(OptionalLong.empty());
    if (delayed.isEmpty() || delayed.getAsLong() == 0) {
      return delayed.isPresent();
    }
    return graph
        .instance(delayed.getAsLong())
        .filter(
            heap -> field(heap, "_size", HprofType.INT).filter(o -> heap.intAt(o) == 0).isPresent())
        .isPresent();
  }

  private static OptionalLong address(HeapObject object, String prefix) {
    return field(object, prefix, HprofType.OBJECT)
        .map(offset -> OptionalLong.of(object.idAt(offset)))
        .orElse(OptionalLong.empty());
  }

  /**
   * The offset of the field whose name begins so: Kotlin's compiler appends to the names in the
   * library's sources.
   */
  private static Optional<Integer> field(HeapObject object, String prefix, int type) {
    for (HeapClass c = object.type(); c != null; c = c.superclass()) {
      for (HeapClass.Field field : c.fields()) {
        if (field.type() == type && field.name().startsWith(prefix)) {
          return Optional.of(object.type().baseOf(c) + field.offset());
        }
      }
    }
    return Optional.empty();
  }
}
