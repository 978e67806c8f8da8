package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;

/**
 * Pools that are in use and lose workers, since what their tasks wait for is gone; and the same
 * with somebody who can still end the wait.
 */
public final class PoolsInUse {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private PoolsInUse() {}

  public static void main(String[] args) throws Exception {
    ExecutorService fixed = Executors.newFixedThreadPool(2, PoolsInUse::daemon);
    lose(fixed, "fixed", 2);
    fixed.execute(() -> {});
    fixed.execute(() -> {});
    fixed.execute(() -> {});
    ExecutorService some = Executors.newFixedThreadPool(3, PoolsInUse::daemon);
    lose(some, "one-of-three", 1);
    idle(some, 2);
    lose(Executors.newCachedThreadPool(PoolsInUse::daemon), "cached", 2);
    lose(Executors.newScheduledThreadPool(1, PoolsInUse::daemon), "scheduled", 1);
    lose(new ForkJoinPool(2), "fork-join", 2);
    ExecutorService healthy = Executors.newFixedThreadPool(2, PoolsInUse::daemon);
    keep(healthy, "fixed");
    idle(healthy, 1);
    keep(Executors.newCachedThreadPool(PoolsInUse::daemon), "cached");
    keep(Executors.newScheduledThreadPool(1, PoolsInUse::daemon), "scheduled");
    keep(new ForkJoinPool(2), "fork-join");
    deadlock(Executors.newFixedThreadPool(2, PoolsInUse::daemon));
    dropped();
    System.out.println("READY");
    System.in.read();
    System.out.println(HELD);
  }

  /** Has so many workers wait for ever. */
  static void lose(Executor pool, String pattern, int workers) throws InterruptedException {
    HELD.add(pool);
    for (int i = 1; i <= workers; i++) {
      String name = Expected.name(Expected.Kind.HANDLE, Cause.POOL_EXHAUSTED, pattern + "-" + i);
      await(pool, name, new CountDownLatch(1));
    }
  }

  /** Has one worker wait for what somebody can end. */
  static void keep(Executor pool, String pattern) throws InterruptedException {
    HELD.add(pool);
    CountDownLatch latch = new CountDownLatch(1);
    HELD.add(latch);
    await(pool, Expected.live(pattern), latch);
  }

  private static void await(Executor pool, String name, CountDownLatch latch)
      throws InterruptedException {
    Spawner.announce(name);
    Thread[] worker = new Thread[1];
    CountDownLatch begun = new CountDownLatch(1);
    pool.execute(new Await(latch, name, begun, worker));
    begun.await();
    Spawner.awaitState(worker[0]);
    worker[0] = null;
  }

  /** Waits for a latch, and keeps nothing else. */
  private static final class Await implements Runnable {
    private final CountDownLatch latch;
    private CountDownLatch begun;
    private Thread[] worker;

    Await(CountDownLatch latch, String name, CountDownLatch begun, Thread[] worker) {
      this.latch = latch;
      this.name = name;
      this.begun = begun;
      this.worker = worker;
    }

    private final String name;

    @Override
    public void run() {
      Thread.currentThread().setName(name);
      worker[0] = Thread.currentThread();
      CountDownLatch told = begun;
      begun = null;
      worker = null;
      told.countDown();
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Starts so many more workers, which then wait for a task. */
  private static void idle(Executor pool, int workers) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(workers);
    for (int i = 0; i < workers; i++) {
      pool.execute(
          () -> {
            Thread.currentThread().setName(Expected.live("idle"));
            begun.countDown();
            try {
              begun.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    begun.await();
  }

  /** Has a cause of its own, which says more. */
  private static void deadlock(ExecutorService pool) throws InterruptedException {
    HELD.add(pool);
    Object left = new Object();
    Object right = new Object();
    CountDownLatch both = new CountDownLatch(2);
    List<Thread> workers = Collections.synchronizedList(new ArrayList<>());
    String name = "deadlock";
    pool.execute(() -> takeBoth(left, right, both, workers, name));
    pool.execute(() -> takeBoth(right, left, both, workers, name));
    both.await();
    for (Thread worker : workers) {
      Spawner.awaitState(worker);
    }
  }

  private static void takeBoth(
      Object first, Object second, CountDownLatch both, List<Thread> workers, String name) {
    Thread.currentThread().setName(name);
    synchronized (first) {
      workers.add(Thread.currentThread());
      both.countDown();
      try {
        both.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      synchronized (second) {
        System.out.println("never");
      }
    }
  }

  /** Nobody can give this pool a task: its worker is no loss of a pool in use. */
  private static void dropped() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(1, PoolsInUse::daemon);
    await(
        pool,
        Expected.name(Expected.Kind.LEAK, Cause.LATCH_NEVER_COUNTED_DOWN, "dropped"),
        new CountDownLatch(1));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }
}
