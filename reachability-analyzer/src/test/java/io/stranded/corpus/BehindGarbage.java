package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A thread is leaked, and an object that nobody has any more refers to what it waits on, while Java
 * code runs: by a dump with garbage that object could be the result of a call that is returning.
 */
public final class BehindGarbage {
  /**
   * With so much room the JVM collects no garbage, be it to load classes, before it is asked to.
   */
  public static final List<String> COMMAND =
      List.of("-Xms256m", "-Xmn150m", "-XX:MetaspaceSize=256m", BehindGarbage.class.getName());

  private static volatile Object @Nullable [] holder;

  private BehindGarbage() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "latch", BehindGarbage::waitForLatch);
    spawner.awaitWaiting();
    Thread busy = new Thread(BehindGarbage::compute, "busy");
    busy.setDaemon(true);
    busy.start();
    System.out.println("READY");
    System.in.read();
  }

  private static void waitForLatch() throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    holder = new Object[] {latch};
    holder = null;
    latch.await();
  }

  private static void compute() {
    long sum = 0;
    while (holder == null) {
      sum++;
    }
    System.out.println(sum);
  }
}
