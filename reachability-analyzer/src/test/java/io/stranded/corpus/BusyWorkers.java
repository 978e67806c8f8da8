package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A healthy service with more to do than it has workers for. Its clients put a latch into a queue
 * and wait for it; a worker that has taken one has it, while it is asleep in a compiled method, in
 * an object that the compiler has scalar-replaced, and some worker takes one every few
 * milliseconds. Beside them a thread that is leaked indeed. Run with {@code -Xbatch}, so that the
 * method is compiled in time.
 */
public final class BusyWorkers {
  private static final int CALLS_UNTIL_COMPILED = 30_000;
  private static final int WORKERS = 400;
  private static final int CLIENTS = 2 * WORKERS;
  private static final long WORK_MILLIS = 5_000;
  private static final BlockingQueue<CountDownLatch> JOBS = new LinkedBlockingQueue<>();

  /** Does not leave the method that makes it. */
  private record Release(CountDownLatch latch) {
    void run() {
      latch.countDown();
    }
  }

  private BusyWorkers() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    for (int i = 0; i < CALLS_UNTIL_COMPILED; i++) {
      releaseAfter(new CountDownLatch(1), 0);
    }
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "latch", () -> new CountDownLatch(1).await());
    for (int i = 0; i < WORKERS; i++) {
      // Not all at the same time.
      long first = i * WORK_MILLIS / WORKERS;
      spawner.live("worker", () -> work(first));
    }
    for (int i = 0; i < CLIENTS; i++) {
      spawner.live("client", BusyWorkers::ask);
    }
    spawner.forget();
    System.out.println("READY");
    System.in.read();
  }

  private static void ask() throws InterruptedException {
    while (true) {
      CountDownLatch latch = new CountDownLatch(1);
      JOBS.add(latch);
      latch.await();
    }
  }

  private static void work(long first) throws InterruptedException {
    Thread.sleep(first);
    while (true) {
      releaseAfter(JOBS.take(), WORK_MILLIS);
    }
  }

  private static void releaseAfter(CountDownLatch latch, long millis) throws InterruptedException {
    Release release = new Release(latch);
    Thread.sleep(millis);
    release.run();
  }
}
