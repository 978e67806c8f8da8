package io.stranded.internal.terminal;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets work end properly when the JVM is told to end. */
public final class StopSignal {
  private static final long SECONDS = 40;

  /** Something that goes on until its thread is interrupted. */
  @FunctionalInterface
  public interface Work {
    /** Does it, and returns an exit code. */
    int run() throws IOException;
  }

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread working = Thread.currentThread();
  private final Runnable told;

  StopSignal(Runnable told) {
    this.told = told;
  }

  /**
   * Does the work. A JVM that is told to end interrupts it and waits for it; whatever way out the
   * work takes, nothing waits after it.
   *
   * @param told run when the JVM is told to end before the work is done
   */
  public static int during(Runnable told, Work work) throws IOException {
    StopSignal signal = new StopSignal(told);
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stranded-shutdown"));
    return signal.run(work);
  }

  int run(Work work) throws IOException {
    try {
      return work.run();
    } finally {
      finished.countDown();
    }
  }

  /** Whether there is work that an ending JVM waits for. */
  boolean isAwaited() {
    return finished.getCount() > 0;
  }

  private void stop() {
    if (!isAwaited()) {
      return;
    }
    told.run();
    working.interrupt();
    try {
      boolean unused = finished.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
