package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.CountDownLatch;

/**
 * A thread waits for a latch that a native thread has which attached itself, in a local reference
 * of its own: it runs a Java method, below which there is no Java frame. The first argument is the
 * library that makes the thread; without it there is only the twin, for whose latch nobody is.
 */
public final class AttachedThread {
  private AttachedThread() {}

  private static native int start(CountDownLatch latch);

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    if (args.length > 0) {
      System.load(args[0]);
      passToNative(spawner);
      AttachedLoop.ENTERED.await();
    } else {
      spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "waiter", () -> new CountDownLatch(1).await());
    }
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void passToNative(Spawner spawner) {
    CountDownLatch latch = new CountDownLatch(1);
    spawner.live("waiter", latch::await);
    if (start(latch) != 0) {
      throw new IllegalStateException("no native thread");
    }
  }
}
