package io.stranded.watch.programs;

import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;

/** Starts as many virtual threads as it is told; all wait for one latch that it keeps. */
public final class VirtualCrowd {
  private static final CountDownLatch LATCH = new CountDownLatch(1);

  private VirtualCrowd() {}

  public static void main(String[] args) throws Exception {
    // A build for 17 cannot name it.
    Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    int threads = Integer.parseInt(args[0]);
    CountDownLatch started = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      start.invoke(
          null,
          (Runnable)
              () -> {
                started.countDown();
                waitForEver();
              });
    }
    started.await();
    System.out.println("READY");
    System.in.read();
    LATCH.countDown();
  }

  private static void waitForEver() {
    try {
      LATCH.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
