package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Threads that wait for latches, which others have as an argument of a call and nowhere else: the
 * class of the method that is called is just being loaded, or initialized, which takes long. Run
 * with {@code -Xcomp} for these methods, so that their frames let go of what they pass on. The
 * twin, {@code leaking}, waits for a latch that nobody is passed.
 */
public final class InitArguments {
  private static final BlockingQueue<CountDownLatch> LATCHES = new LinkedBlockingQueue<>();

  private InitArguments() {}

  /** Takes its time to be initialized. */
  static final class SlowToInitialize {
    static {
      sleep();
    }

    private SlowToInitialize() {}

    static void countDown(CountDownLatch latch) {
      latch.countDown();
    }
  }

  /** Found by a loader that takes its time. */
  public static final class SlowToLoad {
    private SlowToLoad() {}

    public static void countDown(CountDownLatch latch) {
      latch.countDown();
    }
  }

  /** Calls what is slow to load. */
  public static final class Caller implements Runnable {
    @Override
    public void run() {
      release(take());
    }

    private static void release(CountDownLatch latch) {
      SlowToLoad.countDown(latch);
    }
  }

  private static final class SlowLoader extends OwnLoader {
    SlowLoader() {
      super(Caller.class);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(SlowToLoad.class.getName())) {
        sleep();
      }
      return super.loadClass(name, resolve);
    }
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    switch (args[0]) {
      case "initializing" -> passed(spawner, args[0], () -> release(take()));
      case "loading" -> {
        Class<?> type = new SlowLoader().load(Caller.class);
        passed(spawner, args[0], ((Runnable) type.getConstructor().newInstance())::run);
      }
      default ->
          spawner.leak(
              Cause.LATCH_NEVER_COUNTED_DOWN, "passed", () -> new CountDownLatch(1).await());
    }
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void passed(Spawner spawner, String name, Spawner.Body releaser) {
    waiter(spawner, name);
    Thread thread = spawner.live(name + "-releaser", releaser);
    while (!LATCHES.isEmpty() || thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  private static void waiter(Spawner spawner, String name) {
    CountDownLatch latch = new CountDownLatch(1);
    LATCHES.add(latch);
    spawner.live(name, latch::await);
  }

  public static CountDownLatch take() {
    return LATCHES.remove();
  }

  private static void release(CountDownLatch latch) {
    SlowToInitialize.countDown(latch);
  }

  static void sleep() {
    try {
      TimeUnit.DAYS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
