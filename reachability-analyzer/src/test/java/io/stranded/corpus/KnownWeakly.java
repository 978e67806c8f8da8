package io.stranded.corpus;

import java.util.concurrent.CountDownLatch;

/**
 * A healthy thread waits for a latch that only a weak JNI reference of native code leads to, which
 * is in no dump: at a line of input it is counted down. The argument is the library.
 */
public final class KnownWeakly {
  private KnownWeakly() {}

  private static native void know(CountDownLatch latch);

  private static native void countDown();

  public static void main(String[] args) throws Exception {
    System.load(args[0]);
    Spawner spawner = new Spawner(/* virtual= */ false);
    waitForWhatNativeCodeKnows(spawner);
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    countDown();
    Thread.currentThread().join();
  }

  private static void waitForWhatNativeCodeKnows(Spawner spawner) {
    CountDownLatch latch = new CountDownLatch(1);
    know(latch);
    spawner.live(
        "known-weakly",
        () -> {
          latch.await();
          System.out.println("ENDED");
        });
  }
}
