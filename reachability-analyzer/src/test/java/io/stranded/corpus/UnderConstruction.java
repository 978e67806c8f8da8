package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.lang.reflect.Constructor;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A thread waits for a latch that only an object leads to whose constructor, called by reflection,
 * is asleep: its compiled frame has let go of the object, and the VM alone has it until the
 * constructor returns. Run with {@code -Xcomp} for the constructors of this class. The twin, {@code
 * leaking}, waits for a latch that no object under construction has.
 */
public final class UnderConstruction {
  private static final BlockingQueue<CountDownLatch> LATCHES = new LinkedBlockingQueue<>();

  private UnderConstruction() {}

  /** Takes its time. */
  public static final class Slow {
    private final CountDownLatch latch;

    public Slow() throws InterruptedException {
      latch = LATCHES.take();
      TimeUnit.DAYS.sleep(1);
    }

    void countDown() {
      latch.countDown();
    }
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    if (args[0].equals("healthy")) {
      waiter(spawner);
      Thread releaser = spawner.live("releaser", UnderConstruction::construct);
      while (!LATCHES.isEmpty() || releaser.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    } else {
      spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "waiter", () -> new CountDownLatch(1).await());
    }
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void waiter(Spawner spawner) {
    CountDownLatch latch = new CountDownLatch(1);
    LATCHES.add(latch);
    spawner.live("waiter", latch::await);
  }

  private static void construct() throws ReflectiveOperationException {
    Constructor<Slow> constructor = Slow.class.getConstructor();
    constructor.newInstance().countDown();
  }
}
