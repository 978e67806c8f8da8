package io.stranded.corpus;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;

/**
 * A healthy service with far more to do than it has processors for. Each request makes a
 * synchronizer of its own, hands it to a releaser and waits for it without a timeout, so at any
 * moment many threads are released, have not run yet, and nobody else knows their synchronizer any
 * more. None of them is leaked. The argument says whether the request threads are virtual.
 */
public final class OverloadedService {
  private static final int THREADS_PER_KIND = 8;
  private static final int RELEASERS = 24;
  private static final int BURN = 4000;

  /** One way to serve a request: to wait until a releaser has done its part. */
  @FunctionalInterface
  private interface Request {
    void serve() throws Exception;
  }

  /** A releaser's part. */
  @FunctionalInterface
  private interface Release {
    void run() throws Exception;
  }

  private static final BlockingQueue<Release> RELEASES = new LinkedBlockingQueue<>();

  /** Keeps the compiler from leaving out the burning. */
  static volatile long burnt;

  private OverloadedService() {}

  public static void main(String[] args) throws Exception {
    Spawner requests = new Spawner(Boolean.parseBoolean(args[0]));
    Spawner platform = new Spawner(/* virtual= */ false);
    for (int i = 0; i < RELEASERS; i++) {
      platform.live("releaser", OverloadedService::releaseForEver);
    }
    for (int i = 0; i < THREADS_PER_KIND; i++) {
      synchronizers(requests);
      queues(requests);
      locks(requests);
      futures(requests);
      threads(requests);
    }
    requests.forget();
    platform.forget();
    System.out.println("READY");
    System.in.read();
  }

  private static void releaseForEver() throws Exception {
    while (true) {
      Release release = RELEASES.take();
      burn();
      release.run();
    }
  }

  private static void start(Spawner spawner, String pattern, Request request) {
    spawner.live(
        pattern,
        () -> {
          while (true) {
            request.serve();
            burn();
          }
        });
  }

  private static void later(Release release) {
    RELEASES.add(release);
  }

  /** Uses the processor for some microseconds, so that there is always a queue for it. */
  private static void burn() {
    long sum = 0;
    for (int i = ThreadLocalRandom.current().nextInt(BURN); i > 0; i--) {
      sum = sum * 31 + i;
    }
    burnt = sum;
  }

  private static void synchronizers(Spawner spawner) {
    start(
        spawner,
        "latch",
        () -> {
          CountDownLatch latch = new CountDownLatch(1);
          later(latch::countDown);
          latch.await();
        });
    start(
        spawner,
        "semaphore",
        () -> {
          Semaphore semaphore = new Semaphore(0);
          later(semaphore::release);
          semaphore.acquire();
        });
    start(
        spawner,
        "semaphore-many",
        () -> {
          Semaphore semaphore = new Semaphore(1);
          later(() -> semaphore.release(2));
          semaphore.acquireUninterruptibly(3);
        });
    start(
        spawner,
        "barrier",
        () -> {
          CyclicBarrier barrier = new CyclicBarrier(2);
          later(barrier::await);
          barrier.await();
        });
    start(
        spawner,
        "barrier-broken",
        () -> {
          CyclicBarrier barrier = new CyclicBarrier(2);
          later(
              () -> {
                while (barrier.getNumberWaiting() == 0) {
                  burn();
                }
                barrier.reset();
              });
          try {
            if (barrier.await() == 0) {
              throw new IllegalStateException("alone");
            }
          } catch (BrokenBarrierException e) {
            return;
          }
        });
    start(
        spawner,
        "phaser",
        () -> {
          Phaser phaser = new Phaser(2);
          later(phaser::arrive);
          phaser.arriveAndAwaitAdvance();
        });
    start(
        spawner,
        "exchanger",
        () -> {
          Exchanger<String> exchanger = new Exchanger<>();
          later(() -> exchanger.exchange("theirs"));
          exchanger.exchange("mine");
        });
    start(spawner, "monitor", OverloadedService::monitor);
  }

  private static void monitor() throws InterruptedException {
    boolean[] done = new boolean[1];
    later(
        () -> {
          synchronized (done) {
            done[0] = true;
            done.notifyAll();
          }
        });
    synchronized (done) {
      while (!done[0]) {
        done.wait();
      }
    }
  }

  private static void queues(Spawner spawner) {
    start(spawner, "linked", () -> takeFrom(new LinkedBlockingQueue<>()));
    start(spawner, "array", () -> takeFrom(new ArrayBlockingQueue<>(1)));
    start(spawner, "synchronous", () -> takeFrom(new SynchronousQueue<>()));
    start(spawner, "synchronous-fair", () -> takeFrom(new SynchronousQueue<>(true)));
    start(spawner, "transfer-take", () -> takeFrom(new LinkedTransferQueue<>()));
    start(
        spawner,
        "array-put",
        () -> {
          BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
          queue.put("first");
          later(queue::take);
          queue.put("second");
        });
    start(
        spawner,
        "synchronous-put",
        () -> {
          BlockingQueue<String> queue = new SynchronousQueue<>();
          later(queue::take);
          queue.put("b");
        });
    start(
        spawner,
        "transfer",
        () -> {
          LinkedTransferQueue<String> queue = new LinkedTransferQueue<>();
          later(queue::take);
          queue.transfer("b");
        });
  }

  private static void takeFrom(BlockingQueue<String> queue) throws InterruptedException {
    later(() -> queue.put("b"));
    queue.take();
  }

  private static void locks(Spawner spawner) {
    start(spawner, "lock", () -> behind(new ReentrantLock()));
    start(spawner, "fair-lock", () -> behind(new ReentrantLock(true)));
    start(spawner, "write-lock", () -> behind(new ReentrantReadWriteLock().writeLock()));
    start(
        spawner,
        "read-lock",
        () -> {
          ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
          behind(lock.writeLock(), lock.readLock());
        });
    start(
        spawner,
        "write-behind-read",
        () -> {
          ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
          behind(lock.readLock(), lock.writeLock());
        });
    start(spawner, "stamped-write", () -> behind(new StampedLock().asWriteLock()));
    start(
        spawner,
        "stamped-read",
        () -> {
          StampedLock lock = new StampedLock();
          behind(lock.asWriteLock(), lock.asReadLock());
        });
    start(
        spawner,
        "condition",
        () -> {
          ReentrantLock lock = new ReentrantLock();
          Condition done = lock.newCondition();
          boolean[] flag = new boolean[1];
          later(
              () -> {
                lock.lock();
                try {
                  flag[0] = true;
                  done.signalAll();
                  burn();
                } finally {
                  lock.unlock();
                }
              });
          lock.lock();
          try {
            while (!flag[0]) {
              done.await();
            }
          } finally {
            lock.unlock();
          }
        });
  }

  private static void behind(Lock lock) throws InterruptedException {
    behind(lock, lock);
  }

  /** Waits for a lock that a releaser takes before and gives back soon. */
  private static void behind(Lock theirs, Lock ours) throws InterruptedException {
    CountDownLatch locked = new CountDownLatch(1);
    later(
        () -> {
          theirs.lock();
          try {
            locked.countDown();
            burn();
          } finally {
            theirs.unlock();
          }
        });
    locked.await();
    ours.lock();
    try {
      burn();
    } finally {
      ours.unlock();
    }
  }

  private static void futures(Spawner spawner) {
    start(
        spawner,
        "future-get",
        () -> {
          CompletableFuture<String> future = new CompletableFuture<>();
          later(() -> future.complete("done"));
          future.get();
        });
    start(
        spawner,
        "dependent-join",
        () -> {
          CompletableFuture<String> future = new CompletableFuture<>();
          later(() -> future.complete("done"));
          future.thenApply(String::length).thenApply(n -> n + 1).join();
        });
    start(
        spawner,
        "any-of",
        () -> {
          CompletableFuture<String> never = new CompletableFuture<>();
          CompletableFuture<String> future = new CompletableFuture<>();
          later(() -> future.complete("done"));
          CompletableFuture.anyOf(never, future).join();
        });
    start(
        spawner,
        "future-task",
        () -> {
          FutureTask<String> task = new FutureTask<>(() -> "done");
          later(task::run);
          task.get();
        });
    start(
        spawner,
        "fork-join-task",
        () -> {
          ForkJoinTask<String> task = ForkJoinTask.adapt(() -> "done");
          later(task::invoke);
          task.get();
        });
  }

  private static void threads(Spawner spawner) {
    start(
        spawner,
        "join",
        () -> {
          Thread thread = new Thread(OverloadedService::burn, "live/joined");
          thread.start();
          thread.join();
        });
    start(
        spawner,
        "interrupted",
        () -> {
          Thread me = Thread.currentThread();
          later(me::interrupt);
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            return;
          }
        });
    start(
        spawner,
        "interrupted-monitor",
        () -> {
          Thread me = Thread.currentThread();
          later(me::interrupt);
          Object monitor = new Object();
          try {
            synchronized (monitor) {
              while (true) {
                monitor.wait();
              }
            }
          } catch (InterruptedException e) {
            return;
          }
        });
    start(
        spawner,
        "pool",
        () -> {
          ExecutorService pool =
              Executors.newFixedThreadPool(2, task -> new Thread(task, "live/pool-worker"));
          pool.execute(OverloadedService::burn);
          pool.submit(OverloadedService::burn).get();
          later(pool::shutdown);
        });
  }
}
