package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.CountDownLatch;

/**
 * A thread waits for a latch that a native thread has which attached itself, in a local reference
 * of its own: it runs a Java method, below which there is no Java frame. The first argument is the
 * library that makes the thread, which with a second one calls a method of the JDK itself; without
 * there is only the twin, for whose latch nobody is.
 */
public final class AttachedThread {
  private AttachedThread() {}

  private static native int start(CountDownLatch latch, boolean direct);

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    if (args.length > 0) {
      System.load(args[0]);
      boolean direct = args.length > 1;
      passToNative(spawner, direct);
      if (direct) {
        awaitAttached();
      } else {
        AttachedLoop.ENTERED.await();
      }
    } else {
      spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "waiter", () -> new CountDownLatch(1).await());
    }
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void passToNative(Spawner spawner, boolean direct) {
    CountDownLatch latch = new CountDownLatch(1);
    spawner.live("waiter", latch::await);
    if (start(latch, direct) != 0) {
      throw new IllegalStateException("no native thread");
    }
  }

  /** Until it sleeps in a method of the JDK, which it has called itself. */
  private static void awaitAttached() throws InterruptedException {
    while (Thread.getAllStackTraces().keySet().stream()
        .noneMatch(
            thread ->
                thread.getName().equals("live/attached")
                    && thread.getState() == Thread.State.TIMED_WAITING)) {
      Thread.sleep(1);
    }
  }
}
