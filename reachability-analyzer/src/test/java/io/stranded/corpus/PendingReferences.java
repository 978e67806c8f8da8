package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.lang.ref.Cleaner;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Threads wait for latches that references have which the collector has just found and handed over,
 * behind others whose handling is slow: a finalizer, and a cleaner's action, that sleep.
 */
public final class PendingReferences {
  private static final CountDownLatch FINALIZING = new CountDownLatch(1);
  private static final CountDownLatch CLEANING = new CountDownLatch(1);
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int MANY = 20;

  private PendingReferences() {}

  /** Sleeps in its finalizer, which is one of many: all others are behind it. */
  private static final class Finalizable {
    private final CountDownLatch latch;

    Finalizable(CountDownLatch latch) {
      this.latch = latch;
    }

    @Override
    @SuppressWarnings({"deprecation", "removal", "Finalize"}) // what this is about
    protected void finalize() throws InterruptedException {
      FINALIZING.countDown();
      TimeUnit.DAYS.sleep(1);
      latch.countDown();
    }
  }

  /** A reference that its owner keeps, and whose queue nobody has looked into yet. */
  private static final class Action extends PhantomReference<Object> {
    private final CountDownLatch latch;

    Action(Object referent, ReferenceQueue<Object> queue, CountDownLatch latch) {
      super(referent, queue);
      this.latch = latch;
    }

    void run() {
      latch.countDown();
    }
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    finalizers(spawner);
    cleaners(spawner);
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    List<Reference<Object>> kept = enqueued(spawner, queue);
    while (FINALIZING.getCount() > 0
        || CLEANING.getCount() > 0
        || !kept.stream().allMatch(PendingReferences::isEnqueued)) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(1);
    }
    kept.clear();
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "waiter", () -> new CountDownLatch(1).await());
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    Reference<?> next = queue.poll();
    if (next instanceof Action action) {
      action.run();
    }
  }

  private static void finalizers(Spawner spawner) {
    for (int i = 0; i < MANY; i++) {
      CountDownLatch latch = new CountDownLatch(1);
      spawner.live("finalizer-" + i, latch::await);
      System.identityHashCode(new Finalizable(latch));
    }
  }

  @SuppressWarnings("deprecation") // for the sake of who polls, who must find it in the queue
  private static boolean isEnqueued(Reference<Object> reference) {
    return reference.isEnqueued();
  }

  private static void cleaners(Spawner spawner) {
    for (int i = 0; i < MANY; i++) {
      CountDownLatch latch = new CountDownLatch(1);
      spawner.live("cleaner-" + i, latch::await);
      CLEANER.register(
          new Object(),
          () -> {
            CLEANING.countDown();
            InitArguments.sleep();
            latch.countDown();
          });
    }
  }

  /** Held by the queue alone once the collector has found them. */
  private static List<Reference<Object>> enqueued(Spawner spawner, ReferenceQueue<Object> queue) {
    List<Reference<Object>> kept = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      CountDownLatch latch = new CountDownLatch(1);
      spawner.live("enqueued-" + i, latch::await);
      kept.add(new Action(new Object(), queue, latch));
    }
    return kept;
  }
}
