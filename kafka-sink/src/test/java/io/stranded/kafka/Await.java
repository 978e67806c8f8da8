package io.stranded.kafka;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what happens on another thread or in another process. */
final class Await {
  private static final long PATIENCE_SECONDS = 120;

  private Await() {}

  /** Waits until the condition holds; fails with the description when that takes too long. */
  static void until(String description, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain until " + description);
      }
      Thread.sleep(20);
    }
  }
}
