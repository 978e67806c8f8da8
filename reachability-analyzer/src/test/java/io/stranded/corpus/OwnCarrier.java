package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An event loop of the application carries a virtual thread that is blocked in a read, and has in
 * its own frames the only way to a latch that another thread waits for. Run with {@code --add-opens
 * java.base/java.lang=ALL-UNNAMED}.
 */
public final class OwnCarrier {
  private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

  private OwnCarrier() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    OwnCarrier carrier = new OwnCarrier();
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch looping = new CountDownLatch(1);
    // It runs for as long as the virtual thread reads.
    new Spawner(/* virtual= */ false)
        .live(
            "loop",
            () -> {
              CountDownLatch latch = waitedFor(spawner);
              looping.countDown();
              carrier.loop(latch);
            });
    looping.await();
    newVirtualThread(
            carrier.events::add,
            () -> {
              reading.countDown();
              read();
            })
        .start();
    reading.await();
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "waiter", () -> new CountDownLatch(1).await());
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static CountDownLatch waitedFor(Spawner spawner) {
    CountDownLatch latch = new CountDownLatch(1);
    spawner.live("waiter", latch::await);
    return latch;
  }

  private void loop(CountDownLatch latch) throws InterruptedException {
    try {
      while (true) {
        events.take().run();
      }
    } finally {
      latch.countDown();
    }
  }

  /** Holds on to its carrier. */
  private static void read() {
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A virtual thread with a scheduler of its own, as frameworks make them by this back door. */
  private static Thread newVirtualThread(Executor scheduler, Runnable task)
      throws ReflectiveOperationException {
    Method method =
        Class.forName("java.lang.ThreadBuilders")
            .getDeclaredMethod(
                "newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
    method.setAccessible(true);
    return (Thread) method.invoke(null, scheduler, "carried", 0, task);
  }
}
