package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Threads that wait for a class to be initialized: two whose initializers need each other and that
 * can never run again; and one that waits for a thread which is asleep in an initializer. Only the
 * JVM knows what such a thread waits for. With an argument, there are the first two alone. Beside
 * them a thread has leaked.
 */
public final class ClassInitialization {
  private static final CountDownLatch BOTH = new CountDownLatch(2);

  private ClassInitialization() {}

  static final class Left {
    static {
      meet();
      Right.touch();
    }

    private Left() {}

    static void touch() {
      BOTH.countDown();
    }
  }

  static final class Right {
    static {
      meet();
      Left.touch();
    }

    private Right() {}

    static void touch() {
      BOTH.countDown();
    }
  }

  static final class Slow {
    static {
      sleep();
    }

    private Slow() {}

    static void touch() {
      BOTH.countDown();
    }
  }

  private static void meet() {
    BOTH.countDown();
    try {
      BOTH.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep() {
    try {
      TimeUnit.DAYS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    spawner.live("clinit-left", Left::touch);
    spawner.live("clinit-right", Right::touch);
    BOTH.await();
    if (args.length == 0) {
      Spawner slow = new Spawner(/* virtual= */ false);
      slow.live("clinit-slow", Slow::touch);
      slow.awaitWaiting();
      new Spawner(/* virtual= */ false).live("waits-for-slow", Slow::touch);
    }
    Spawner beside = new Spawner(/* virtual= */ false);
    beside.start(
        Expected.Kind.DOUBT,
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "beside",
        () -> new CountDownLatch(1).await());
    beside.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }
}
