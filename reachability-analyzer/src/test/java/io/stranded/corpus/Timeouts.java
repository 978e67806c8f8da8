package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.DelayKt;

/**
 * Waits with a timeout that never comes, {@code Long.MAX_VALUE}, for what was dropped; and as
 * healthy twins the same with an hour, and for what is held. The deadline is in the heap for some;
 * where it is in a frame alone, a dump cannot know. The argument says that all threads are virtual,
 * which know their timeouts themselves from Java 24 on.
 */
@SuppressWarnings("WaitNotInLoop") // a wait is all they do
public final class Timeouts {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());
  private static final long NEVER = Long.MAX_VALUE;
  private static final int FIRST_WITH_CLOSE = 19;
  private static final Object SUSPENDED = IntrinsicsKt.getCOROUTINE_SUSPENDED();

  private final boolean virtual;
  private final Spawner spawner;

  /** A wait of so many nanoseconds, or of {@link #NEVER} of any unit. */
  @FunctionalInterface
  private interface TimedWait<S> {
    void on(S synchronizer, long time) throws Exception;
  }

  private Timeouts(boolean virtual) {
    this.virtual = virtual;
    this.spawner = new Spawner(virtual);
  }

  public static void main(String[] args) throws Exception {
    Timeouts program = new Timeouts(args.length > 0);
    program.inTheHeap();
    program.inFrames();
    if (Runtime.version().feature() >= FIRST_WITH_CLOSE) {
      program.closing();
    }
    program.spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    System.out.println(HELD);
  }

  private void inTheHeap() {
    twins(
        Expected.Kind.LEAK,
        Cause.FUTURE_NEVER_COMPLETED,
        "future",
        CompletableFuture<String>::new,
        (future, time) -> future.get(time, TimeUnit.NANOSECONDS));
    twins(
        Expected.Kind.LEAK,
        Cause.FUTURE_NEVER_COMPLETED,
        "future-days",
        CompletableFuture<String>::new,
        (future, time) -> future.get(time == NEVER ? NEVER : 1, TimeUnit.DAYS));
    twins(
        Expected.Kind.LEAK,
        Cause.PARTY_MISSING,
        "phaser",
        () -> new Phaser(2),
        (phaser, time) ->
            phaser.awaitAdvanceInterruptibly(phaser.arrive(), time, TimeUnit.NANOSECONDS));
    coroutines();
  }

  /** Kotlin's {@code runBlocking} has no timeout unless its event loop has something delayed. */
  private void coroutines() {
    spawner.leak(
        Cause.TASK_NEVER_FINISHED, "run-blocking", () -> runBlocking((scope, rest) -> SUSPENDED));
    spawner.live(
        "run-blocking",
        () ->
            runBlocking(
                (scope, rest) -> {
                  HELD.add(rest);
                  return SUSPENDED;
                }));
    spawner.live(
        "run-blocking-delayed",
        () -> runBlocking((scope, rest) -> DelayKt.delay(TimeUnit.DAYS.toMillis(1), rest)));
  }

  private static void runBlocking(
      Function2<CoroutineScope, Continuation<? super Unit>, Object> block)
      throws InterruptedException {
    BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE, block);
  }

  private void inFrames() {
    unknown(
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "latch",
        () -> new CountDownLatch(1),
        (latch, time) -> latch.await(time, TimeUnit.NANOSECONDS));
    unknown(
        Cause.PERMIT_NEVER_RELEASED,
        "semaphore",
        () -> new Semaphore(0),
        (semaphore, time) -> semaphore.tryAcquire(time, TimeUnit.NANOSECONDS));
    unknown(
        Cause.QUEUE_CONSUMER_ABANDONED,
        "queue",
        LinkedBlockingQueue<String>::new,
        (BlockingQueue<String> queue, long time) -> queue.poll(time, TimeUnit.NANOSECONDS));
    unknown(
        Cause.TASK_NEVER_FINISHED,
        "future-task",
        () -> new FutureTask<>(() -> "never run"),
        (task, time) -> task.get(time, TimeUnit.NANOSECONDS));
    unknown(
        Cause.CONDITION_NEVER_SIGNALLED,
        "condition",
        () -> Gate.of(new ReentrantLock()),
        (gate, time) -> {
          gate.lock().lock();
          gate.condition().await(time, TimeUnit.NANOSECONDS);
        });
    unknown(
        Cause.MONITOR_NEVER_NOTIFIED,
        "object-wait",
        Object::new,
        (monitor, time) -> {
          synchronized (monitor) {
            monitor.wait(time == NEVER ? NEVER : TimeUnit.NANOSECONDS.toMillis(time));
          }
        });
    unknown(Cause.SYNCHRONIZER_ABANDONED, "park", Object::new, Timeouts::parkNanos);
  }

  /** Waits for a day, again and again. */
  private void closing() {
    String worker =
        Expected.name(Expected.Kind.LEAK, Cause.LATCH_NEVER_COUNTED_DOWN, "closed-worker");
    spawner.leak(
        Cause.CONDITION_NEVER_SIGNALLED,
        "closing",
        () -> close(stuck(worker, new CountDownLatch(1))));
    CountDownLatch held = new CountDownLatch(1);
    HELD.add(held);
    spawner.live("closing", () -> close(stuck(Expected.live("closed-worker"), held)));
    spawner.live(
        "awaits-end-for-an-hour",
        () -> {
          ExecutorService pool = stuck(Expected.live("awaited-worker"), new CountDownLatch(1));
          pool.shutdown();
          pool.awaitTermination(1, TimeUnit.HOURS);
        });
  }

  /** A pool whose one task waits. */
  private static ExecutorService stuck(String worker, CountDownLatch latch) {
    Spawner.announce(worker);
    ExecutorService pool = Executors.newFixedThreadPool(1, task -> new Thread(task, worker));
    pool.execute(
        () -> {
          try {
            latch.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return pool;
  }

  /** {@code pool.close()}, which a build for 17 cannot name. */
  private static void close(ExecutorService pool) throws ReflectiveOperationException {
    ExecutorService.class.getMethod("close").invoke(pool);
  }

  private record Gate(ReentrantLock lock, Condition condition) {
    static Gate of(ReentrantLock lock) {
      return new Gate(lock, lock.newCondition());
    }
  }

  private static void parkNanos(Object blocker, long nanos) {
    long deadline = nanos == NEVER ? NEVER : System.nanoTime() + nanos;
    while (nanos == NEVER || deadline - System.nanoTime() > 0) {
      LockSupport.parkNanos(blocker, nanos);
    }
  }

  private <S> void unknown(Cause cause, String name, Supplier<S> maker, TimedWait<S> wait) {
    twins(virtual ? Expected.Kind.LEAK : Expected.Kind.DOUBT, cause, name, maker, wait);
  }

  private <S> void twins(
      Expected.Kind kind, Cause cause, String name, Supplier<S> maker, TimedWait<S> wait) {
    S dropped = maker.get();
    spawner.start(kind, cause, name, () -> wait.on(dropped, NEVER));
    S droppedForAnHour = maker.get();
    spawner.live(name + "-hour", () -> wait.on(droppedForAnHour, TimeUnit.HOURS.toNanos(1)));
    S held = maker.get();
    HELD.add(held);
    spawner.live(name, () -> wait.on(held, NEVER));
  }
}
