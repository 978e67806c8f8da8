package io.stranded.fuzz;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A small program with a few leaked threads, whose dump is a seed. */
public final class Waiting {
  private Waiting() {}

  public static void main(String[] args) throws InterruptedException {
    start(() -> new LinkedBlockingQueue<String>().take());
    start(() -> new CompletableFuture<String>().get());
    start(
        () -> {
          new CountDownLatch(1).await();
          return "";
        });
    ReentrantLock left = new ReentrantLock();
    ReentrantLock right = new ReentrantLock();
    CountDownLatch both = new CountDownLatch(2);
    start(() -> lockBoth(left, right, both));
    start(() -> lockBoth(right, left, both));
    TimeUnit.MILLISECONDS.sleep(500);
    System.out.println("READY");
    TimeUnit.MINUTES.sleep(10);
  }

  private static String lockBoth(ReentrantLock first, ReentrantLock second, CountDownLatch both)
      throws InterruptedException {
    first.lock();
    both.countDown();
    both.await();
    second.lock();
    return "";
  }

  private static void start(Callable<String> wait) {
    Thread thread = new Thread(new FutureTask<>(wait), "leaked");
    thread.setDaemon(true);
    thread.start();
  }
}
