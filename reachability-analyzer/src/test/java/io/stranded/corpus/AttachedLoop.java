package io.stranded.corpus;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What {@link AttachedThread} runs. */
final class AttachedLoop {
  /** At zero once the loop is on. */
  static final CountDownLatch ENTERED = new CountDownLatch(1);

  private AttachedLoop() {}

  /** Called by native code. */
  static void sleep() throws InterruptedException {
    ENTERED.countDown();
    TimeUnit.DAYS.sleep(1);
  }
}
