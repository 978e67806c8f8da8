package io.stranded.corpus;

import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A thread waits, and another one takes the only way to what it waits on out of a static field and
 * puts it back, again and again, in compiled methods: now and then it is nothing but the result of
 * a call that is just returning. Run with {@code -XX:CompileCommand=dontinline} for these methods,
 * and with {@code holder} or {@code itself} for a latch in another object or a future itself; with
 * {@code reflected} the other object is put back by reflection, and now and then it is nothing but
 * an argument of a native method.
 */
public final class InFlight {
  private record Release(CountDownLatch latch) {}

  private static @Nullable Object release;

  private InFlight() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    waitedFor(spawner, args[0].equals("itself"));
    spawner.awaitWaiting();
    spawner.live(
        "passing-on",
        args[0].equals("reflected") ? InFlight::passOnByReflection : InFlight::passOnForEver);
    spawner.forget();
    System.out.println("READY");
    System.in.read();
  }

  private static void waitedFor(Spawner spawner, boolean itself) {
    if (itself) {
      FutureTask<Integer> future = new FutureTask<>(() -> 1);
      release = future;
      spawner.live("waiter", future::get);
    } else {
      CountDownLatch latch = new CountDownLatch(1);
      release = new Release(latch);
      spawner.live("waiter", latch::await);
    }
  }

  private static void passOnForEver() {
    while (true) {
      put(take());
    }
  }

  private static void passOnByReflection() throws ReflectiveOperationException {
    Method put = InFlight.class.getDeclaredMethod("put", Object.class);
    while (true) {
      put.invoke(null, arguments());
    }
  }

  static @Nullable Object[] arguments() {
    return new @Nullable Object[] {take()};
  }

  static @Nullable Object take() {
    Object taken = release;
    release = null;
    return taken;
  }

  static void put(@Nullable Object taken) {
    release = taken;
  }
}
