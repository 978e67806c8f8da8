package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/**
 * One thread for each synchronizer of java.util.concurrent that was dropped, and one for each that
 * a static field still holds. The argument says whether the threads are virtual.
 */
public final class Synchronizers {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  /** A wait on a synchronizer of the given type. */
  @FunctionalInterface
  private interface Wait<S> {
    void on(S synchronizer) throws Exception;
  }

  private final Spawner spawner;

  private Synchronizers(Spawner spawner) {
    this.spawner = spawner;
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(Boolean.parseBoolean(args[0]));
    new Synchronizers(spawner).startAll(args[0].equals("false"));
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private void startAll(boolean platform) {
    twins(
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "latch",
        () -> new CountDownLatch(1),
        CountDownLatch::await);
    twins(Cause.PERMIT_NEVER_RELEASED, "semaphore", () -> new Semaphore(0), Semaphore::acquire);
    queues();
    twins(
        Cause.FUTURE_NEVER_COMPLETED,
        "future-get",
        CompletableFuture<String>::new,
        CompletableFuture::get);
    twins(
        Cause.FUTURE_NEVER_COMPLETED,
        "future-join",
        CompletableFuture<String>::new,
        CompletableFuture::join);
    twins(
        Cause.TASK_NEVER_FINISHED,
        "future-task",
        () -> new FutureTask<>(() -> "never run"),
        FutureTask::get);
    twins(Cause.PARTY_MISSING, "barrier", () -> new CyclicBarrier(2), CyclicBarrier::await);
    twins(Cause.PARTY_MISSING, "phaser", () -> new Phaser(2), Phaser::arriveAndAwaitAdvance);
    twins(
        Cause.RENDEZVOUS_PARTNER_MISSING,
        "exchanger",
        Exchanger<String>::new,
        exchanger -> exchanger.exchange("mine"));
    twins(Cause.CONDITION_NEVER_SIGNALLED, "condition", Door::new, Door::awaitOpen);
    twins(Cause.LOCK_NEVER_RELEASED, "stamped", StampedLock::new, Synchronizers::lockTwice);
    twins(Cause.MONITOR_NEVER_NOTIFIED, "object-wait", Mailbox::new, Mailbox::awaitLetter);
    if (platform) {
      pools();
    }
  }

  private void queues() {
    twins(
        Cause.QUEUE_CONSUMER_ABANDONED,
        "linked-take",
        LinkedBlockingQueue<String>::new,
        BlockingQueue::take);
    twins(
        Cause.QUEUE_CONSUMER_ABANDONED,
        "array-take",
        () -> new ArrayBlockingQueue<String>(1),
        BlockingQueue::take);
    twins(
        Cause.QUEUE_PRODUCER_ABANDONED, "array-put", Synchronizers::full, queue -> queue.put("b"));
    twins(
        Cause.QUEUE_CONSUMER_ABANDONED,
        "priority-take",
        PriorityBlockingQueue<String>::new,
        BlockingQueue::take);
    twins(
        Cause.QUEUE_CONSUMER_ABANDONED,
        "deque-take",
        LinkedBlockingDeque<String>::new,
        BlockingQueue::take);
    twins(Cause.QUEUE_CONSUMER_ABANDONED, "delay-take", DelayQueue<Delayed>::new, DelayQueue::take);
    twins(
        Cause.RENDEZVOUS_PARTNER_MISSING,
        "synchronous-take",
        SynchronousQueue<String>::new,
        SynchronousQueue::take);
    twins(
        Cause.RENDEZVOUS_PARTNER_MISSING,
        "synchronous-put",
        SynchronousQueue<String>::new,
        queue -> queue.put("b"));
    twins(
        Cause.RENDEZVOUS_PARTNER_MISSING,
        "synchronous-fair-take",
        () -> new SynchronousQueue<String>(true),
        SynchronousQueue::take);
    twins(
        Cause.QUEUE_PRODUCER_ABANDONED,
        "transfer",
        LinkedTransferQueue<String>::new,
        queue -> queue.transfer("b"));
    twins(
        Cause.QUEUE_CONSUMER_ABANDONED,
        "transfer-take",
        LinkedTransferQueue<String>::new,
        LinkedTransferQueue::take);
  }

  private <S> void twins(Cause cause, String pattern, Supplier<S> maker, Wait<S> wait) {
    S dropped = maker.get();
    spawner.leak(cause, pattern, () -> wait.on(dropped));
    S held = maker.get();
    HELD.add(held);
    spawner.live(pattern, () -> wait.on(held));
  }

  private void pools() {
    pool(Expected.name(Expected.Kind.LEAK, Cause.ORPHANED_POOL_WORKER, "pool"));
    HELD.add(pool(Expected.live("pool")));
  }

  private static ExecutorService pool(String threadName) {
    System.out.println("THREAD " + threadName);
    ExecutorService pool =
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
    pool.execute(() -> {});
    pool.execute(() -> {});
    return pool;
  }

  private static BlockingQueue<String> full() {
    BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
    queue.add("a");
    return queue;
  }

  private static void lockTwice(StampedLock lock) {
    lock.writeLock();
    lock.writeLock();
  }

  /** A condition of a lock of its own. */
  private static final class Door {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private boolean open;

    void awaitOpen() throws InterruptedException {
      lock.lock();
      try {
        while (!open) {
          opened.await();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** A monitor. */
  private static final class Mailbox {
    private boolean letter;

    synchronized void awaitLetter() throws InterruptedException {
      while (!letter) {
        wait();
      }
    }
  }
}
