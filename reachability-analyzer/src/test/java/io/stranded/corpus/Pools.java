package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Pools whose leaked threads are easily called by another name: idle schedulers, and pools all of
 * whose workers wait for a task in their own queue. Each once held, and once dropped.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for them, which is the mistake
public final class Pools {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private Pools() {}

  public static void main(String[] args) throws Exception {
    scheduler(Expected.name(Expected.Kind.LEAK, Cause.ORPHANED_POOL_WORKER, "reports"));
    scheduler(Expected.name(Expected.Kind.LEAK, Cause.ORPHANED_POOL_WORKER, "mails"));
    HELD.add(scheduler(Expected.live("reports")));
    scheduler(Expected.live("with-work-to-come")).schedule(() -> {}, 1, TimeUnit.DAYS);
    awaitOwnTask();
    System.out.println("READY");
    System.in.read();
    System.out.println(HELD);
  }

  private static ScheduledThreadPoolExecutor scheduler(String name) throws InterruptedException {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, named(name));
    BlockingQueue<Thread> workers = new LinkedBlockingQueue<>();
    scheduler.execute(() -> workers.add(Thread.currentThread()));
    awaitWaiting(workers.take());
    return scheduler;
  }

  private static void awaitOwnTask() throws InterruptedException {
    ownTask(pool(1, Expected.name(Expected.Kind.LEAK, Cause.POOL_WAITS_FOR_ITSELF, "own-task")));
    ownTaskByLatch(
        pool(1, Expected.name(Expected.Kind.LEAK, Cause.POOL_WAITS_FOR_ITSELF, "own-task-latch")));
    ExecutorService held = pool(2, Expected.live("own-task"));
    HELD.add(held);
    sleepIn(held);
    ownTask(held);
    ExecutorService dropped = pool(2, Expected.live("own-task-latch"));
    sleepIn(dropped);
    ownTaskByLatch(dropped);
  }

  /** The other worker will take the task, in a day. */
  private static void sleepIn(ExecutorService pool) throws InterruptedException {
    CountDownLatch asleep = new CountDownLatch(1);
    pool.execute(
        () -> {
          asleep.countDown();
          sleep();
        });
    asleep.await();
  }

  private static void sleep() {
    try {
      TimeUnit.DAYS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void ownTask(ExecutorService pool) throws InterruptedException {
    BlockingQueue<Thread> waiters = new LinkedBlockingQueue<>();
    pool.submit(
        () -> {
          waiters.add(Thread.currentThread());
          return pool.submit(() -> "never run").get();
        });
    awaitWaiting(waiters.take());
  }

  private static void ownTaskByLatch(ExecutorService pool) throws InterruptedException {
    BlockingQueue<Thread> waiters = new LinkedBlockingQueue<>();
    pool.submit(
        () -> {
          CountDownLatch done = new CountDownLatch(1);
          pool.execute(done::countDown);
          waiters.add(Thread.currentThread());
          done.await();
          return "done";
        });
    awaitWaiting(waiters.take());
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private static ExecutorService pool(int size, String name) {
    return Executors.newFixedThreadPool(size, named(name));
  }

  private static ThreadFactory named(String name) {
    Spawner.announce(name);
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
