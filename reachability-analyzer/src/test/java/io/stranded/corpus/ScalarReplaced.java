package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A thread waits for a latch, and another one, asleep in a compiled method, has the latch in an
 * object that the compiler has scalar-replaced: a heap dump shows no way to the latch. Beside it a
 * thread that is leaked indeed. Run with {@code -Xbatch}, so that the method is compiled in time.
 */
public final class ScalarReplaced {
  private static final int CALLS_UNTIL_COMPILED = 30_000;

  /**
   * Every so many calls sleep, for no time: the compiler must have seen it, but where others want
   * the processor each costs a turn.
   */
  private static final int CALLS_FOR_A_SLEEP = 100;

  private static final long NO_SLEEP = -1;
  private static final long LONG = TimeUnit.HOURS.toMillis(1);
  private static final BlockingQueue<CountDownLatch> LATCHES = new LinkedBlockingQueue<>();

  /** Does not leave the method that makes it. */
  private record Release(CountDownLatch latch) {
    void run() {
      latch.countDown();
    }
  }

  private ScalarReplaced() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    LATCHES.add(waitedFor(spawner));
    Spawner.awaitLastWait(spawner.live("releaser", ScalarReplaced::releaseLater));
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "latch", () -> new CountDownLatch(1).await());
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static CountDownLatch waitedFor(Spawner spawner) {
    CountDownLatch latch = new CountDownLatch(1);
    spawner.live("waiter", latch::await);
    return latch;
  }

  /** Compiles first, so that no class loaded later makes the code invalid again. */
  private static void releaseLater() throws InterruptedException {
    for (int i = 0; i < CALLS_UNTIL_COMPILED; i++) {
      releaseAfter(new CountDownLatch(1), i % CALLS_FOR_A_SLEEP == 0 ? 0 : NO_SLEEP);
    }
    Spawner.lastWait();
    releaseAfter(LATCHES.take(), LONG);
  }

  private static void releaseAfter(CountDownLatch latch, long millis) throws InterruptedException {
    Release release = new Release(latch);
    if (millis != NO_SLEEP) {
      Thread.sleep(millis);
    }
    release.run();
  }
}
