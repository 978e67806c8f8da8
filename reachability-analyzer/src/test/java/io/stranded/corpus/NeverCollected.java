package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits that the collector of garbage would end, by a finalizer, a cleaner or a queue of
 * references: in the healthy twins what they are about can be collected, in the leaks only leaked
 * threads hold it. To be dumped without a collection before.
 */
public final class NeverCollected {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());
  private static final Cleaner CLEANER = Cleaner.create();

  private final Spawner spawner = new Spawner(/* virtual= */ false);

  private NeverCollected() {}

  /** Counts down when it is collected. */
  private static final class Finalizable {
    private final CountDownLatch latch;

    Finalizable(CountDownLatch latch) {
      this.latch = latch;
    }

    @Override
    @SuppressWarnings({"deprecation", "removal", "Finalize"}) // what this is about
    protected void finalize() {
      latch.countDown();
    }
  }

  public static void main(String[] args) throws Exception {
    NeverCollected program = new NeverCollected();
    program.finalizers();
    program.cleaners();
    program.chains();
    program.queues();
    program.spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    System.out.println(HELD);
  }

  private void finalizers() {
    CountDownLatch ofGarbage = new CountDownLatch(1);
    spawner.live("finalizer", ofGarbage::await);
    garbage(new Finalizable(ofGarbage));

    CountDownLatch ofSleeper = new CountDownLatch(1);
    spawner.live("finalizer-of-sleeper", ofSleeper::await);
    sleepWith("finalizer", new Finalizable(ofSleeper));

    CountDownLatch never = new CountDownLatch(1);
    spawner.leak(
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "finalizer",
        () -> awaitWith(never, new Finalizable(never)));
  }

  private void cleaners() {
    CountDownLatch ofGarbage = new CountDownLatch(1);
    spawner.live("cleaner", ofGarbage::await);
    garbage(cleaned(ofGarbage));

    CountDownLatch ofHeld = new CountDownLatch(1);
    spawner.live("cleaner-of-held", ofHeld::await);
    HELD.add(cleaned(ofHeld));

    CountDownLatch ofSleeper = new CountDownLatch(1);
    spawner.live("cleaner-of-sleeper", ofSleeper::await);
    sleepWith("cleaner", cleaned(ofSleeper));

    CountDownLatch never = new CountDownLatch(1);
    Object own = cleaned(never);
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "cleaner", () -> awaitWith(never, own));
  }

  private static Object cleaned(CountDownLatch latch) {
    Object object = new Object();
    CLEANER.register(object, latch::countDown);
    return object;
  }

  /** What one leaked thread holds would wake another; and so with one that is not leaked. */
  private void chains() {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch dropped = new CountDownLatch(1);
    Object holds = cleaned(second);
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "chain-first", () -> awaitWith(dropped, holds));
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "chain-second", second::await);

    CountDownLatch secondLive = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    HELD.add(held);
    Object holdsLive = cleaned(secondLive);
    spawner.live("chain-first", () -> awaitWith(held, holdsLive));
    spawner.live("chain-second", secondLive::await);
  }

  private void queues() {
    ReferenceQueue<Object> ofHeld = new ReferenceQueue<>();
    Object held = new Object();
    HELD.add(held);
    HELD.add(new WeakReference<>(held, ofHeld));
    spawner.live("reference-queue", ofHeld::remove);

    ReferenceQueue<Object> toBeUsed = new ReferenceQueue<>();
    HELD.add(toBeUsed);
    spawner.live("reference-queue-to-be-used", toBeUsed::remove);

    ReferenceQueue<Object> ofGarbage = new ReferenceQueue<>();
    spawner.live("reference-queue-of-garbage", () -> removeWithGarbage(ofGarbage));

    ReferenceQueue<Object> empty = new ReferenceQueue<>();
    spawner.leak(Cause.SYNCHRONIZER_ABANDONED, "reference-queue", empty::remove);

    ReferenceQueue<Object> ofItself = new ReferenceQueue<>();
    spawner.leak(
        Cause.SYNCHRONIZER_ABANDONED,
        "reference-queue-of-itself",
        () -> removeWith(ofItself, new Object()));

    ReferenceQueue<Object> softly = new ReferenceQueue<>();
    spawner.live("reference-queue-of-softly-held", () -> removeSoftly(softly));

    ReferenceQueue<Object> ofAction = new ReferenceQueue<>();
    Object neverCollected = new Object();
    inAction(neverCollected, new WeakReference<>(held, ofAction));
    spawner.live("reference-queue-of-action", ofAction::remove);
    CountDownLatch dropped = new CountDownLatch(1);
    spawner.leak(
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "holds-what-has-an-action",
        () -> awaitWith(dropped, neverCollected));
  }

  /** The collector keeps the reference itself while there is memory enough. */
  private static void removeSoftly(ReferenceQueue<Object> queue) throws InterruptedException {
    Object held = new Object();
    HELD.add(held);
    removeHolding(queue, softly(held, queue));
  }

  private static SoftReference<Object> softly(Object held, ReferenceQueue<Object> queue) {
    return new SoftReference<>(new WeakReference<>(held, queue));
  }

  private static void removeHolding(ReferenceQueue<Object> queue, Object own)
      throws InterruptedException {
    try {
      queue.remove();
    } finally {
      Reference.reachabilityFence(own);
    }
  }

  /** An action holds a reference of another queue as long as it has not run. */
  private static void inAction(Object object, Reference<Object> reference) {
    CLEANER.register(object, reference::clear);
  }

  private static void removeWith(ReferenceQueue<Object> queue, Object own)
      throws InterruptedException {
    Reference<Object> reference = new WeakReference<>(own, queue);
    try {
      queue.remove();
    } finally {
      Reference.reachabilityFence(own);
      Reference.reachabilityFence(reference);
    }
  }

  private static void removeWithGarbage(ReferenceQueue<Object> queue) throws InterruptedException {
    Reference<Object> reference = new WeakReference<>(new Object(), queue);
    try {
      queue.remove();
    } finally {
      Reference.reachabilityFence(reference);
    }
  }

  private static void awaitWith(CountDownLatch latch, Object own) throws InterruptedException {
    try {
      latch.await();
    } finally {
      Reference.reachabilityFence(own);
    }
  }

  private void sleepWith(String name, Object own) {
    spawner.live(
        name + "-sleeper",
        () -> {
          try {
            TimeUnit.DAYS.sleep(1);
          } finally {
            Reference.reachabilityFence(own);
          }
        });
  }

  private static void garbage(Object object) {
    HELD.add(object.hashCode());
  }
}
