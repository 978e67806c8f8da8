package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.CountDownLatch;

/**
 * A cleaner that would end a wait, of an object that a leaked thread alone has. If nobody keeps the
 * virtual threads, the collector takes a leaked one with all that it has, and the cleaner runs;
 * what a platform thread has is never collected, nor what the JVM keeps a list of. The argument
 * says whether it does. To be dumped without a collection before.
 */
public final class CollectedThreads {
  private static final Cleaner CLEANER = Cleaner.create();

  private CollectedThreads() {}

  public static void main(String[] args) throws Exception {
    boolean tracked = Boolean.parseBoolean(args[0]);
    holderAndWaiter(/* virtual= */ true, /* leaks= */ tracked);
    holderAndWaiter(/* virtual= */ false, /* leaks= */ true);
    System.out.println("READY");
    System.in.read();
  }

  private static void holderAndWaiter(boolean virtual, boolean leaks) throws InterruptedException {
    String name = virtual ? "virtual" : "platform";
    CountDownLatch latch = new CountDownLatch(1);
    Spawner spawner = new Spawner(virtual);
    Object own = new Object();
    CLEANER.register(own, latch::countDown);
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, name + "-holder", () -> awaitWith(own));
    spawner.awaitWaiting();
    Spawner waiters = new Spawner(/* virtual= */ false);
    if (leaks) {
      waiters.leak(Cause.LATCH_NEVER_COUNTED_DOWN, name + "-waiter", latch::await);
    } else {
      waiters.live(name + "-waiter", latch::await);
    }
    waiters.awaitWaiting();
  }

  private static void awaitWith(Object own) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } finally {
      Reference.reachabilityFence(own);
    }
  }
}
