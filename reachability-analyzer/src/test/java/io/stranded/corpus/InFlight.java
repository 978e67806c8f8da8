package io.stranded.corpus;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A thread waits for a latch, and another one takes the only way to it out of a static field and
 * puts it back, again and again, in compiled methods: now and then it is nothing but the result of
 * a call that is just returning. Run with {@code -XX:CompileCommand=dontinline} for both methods.
 */
public final class InFlight {
  private record Release(CountDownLatch latch) {}

  private static @Nullable Release release;

  private InFlight() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    waitedFor(spawner);
    spawner.awaitWaiting();
    spawner.live("passing-on", InFlight::passOnForEver);
    spawner.forget();
    System.out.println("READY");
    System.in.read();
  }

  private static void waitedFor(Spawner spawner) {
    CountDownLatch latch = new CountDownLatch(1);
    release = new Release(latch);
    spawner.live("waiter", latch::await);
  }

  private static void passOnForEver() {
    while (true) {
      put(take());
    }
  }

  static @Nullable Release take() {
    Release taken = release;
    release = null;
    return taken;
  }

  static void put(@Nullable Release taken) {
    release = taken;
  }
}
