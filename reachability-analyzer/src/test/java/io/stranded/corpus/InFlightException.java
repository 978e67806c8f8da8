package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A thread waits for a latch that an exception has, which has been thrown and not yet caught: the
 * class in the catch clause is just being loaded, which takes long. Run without verification of
 * bytecode, which would have loaded it before. The twin, {@code leaking}, waits for a latch that no
 * exception has.
 */
public final class InFlightException {
  private static final BlockingQueue<CountDownLatch> LATCHES = new LinkedBlockingQueue<>();

  private InFlightException() {}

  /** Has the latch. */
  public static final class Released extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient CountDownLatch latch;

    public Released(CountDownLatch latch) {
      this.latch = latch;
    }

    public void countDown() {
      latch.countDown();
    }
  }

  /** Slow to load. */
  public static final class SlowToLoad extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Throws and catches. */
  public static final class Thrower implements Runnable {
    @Override
    public void run() {
      try {
        throw new Released(take());
      } catch (SlowToLoad e) {
        throw e;
      } catch (Released e) {
        e.countDown();
      }
    }
  }

  private static final class SlowLoader extends OwnLoader {
    SlowLoader() {
      super(Thrower.class);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(SlowToLoad.class.getName())) {
        InitArguments.sleep();
      }
      return super.loadClass(name, resolve);
    }
  }

  public static CountDownLatch take() {
    return LATCHES.remove();
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    if (args[0].equals("healthy")) {
      waiter(spawner);
      Runnable thrower =
          (Runnable) new SlowLoader().load(Thrower.class).getConstructor().newInstance();
      Thread releaser = spawner.live("releaser", thrower::run);
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
}
