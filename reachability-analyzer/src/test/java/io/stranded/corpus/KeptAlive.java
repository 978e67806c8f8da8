package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.CountDownLatch;

/**
 * A main thread that waits for ever on purpose. What only its stack holds, it will never release.
 * The argument says whether the threads are virtual.
 */
public final class KeptAlive {
  private static final CountDownLatch HELD = new CountDownLatch(1);

  private KeptAlive() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(Boolean.parseBoolean(args[0]));
    CountDownLatch onStack = new CountDownLatch(1);
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "held-by-main", onStack::await);
    spawner.live("held-by-main", HELD::await);
    spawner.awaitWaiting();
    Thread main = Thread.currentThread();
    new Thread(() -> readyOnceWaiting(main), "reporter").start();
    new CountDownLatch(1).await();
    onStack.countDown();
  }

  private static void readyOnceWaiting(Thread main) {
    while (main.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    System.out.println("READY");
  }
}
