package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A thread waits for a latch that is the class data of a hidden class and in no field of any
 * object, and the code of that class can count it down at any time. Another thread is leaked.
 */
public final class HiddenData {
  private static @Nullable Runnable release;

  private HiddenData() {}

  /** Made once more, as a hidden class. */
  public static final class Release implements Runnable {
    @Override
    public void run() {
      try {
        MethodHandles.classData(MethodHandles.lookup(), "_", CountDownLatch.class).countDown();
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    release = releaseOfWaiter(spawner);
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "latch", () -> new CountDownLatch(1).await());
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    release.run();
  }

  private static Runnable releaseOfWaiter(Spawner spawner) throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    spawner.live("waiter", latch::await);
    String file = Release.class.getName().replaceAll(".*\\.", "") + ".class";
    try (InputStream in = HiddenData.class.getResourceAsStream(file)) {
      return (Runnable)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(in.readAllBytes(), latch, /* initialize= */ true)
              .lookupClass()
              .getConstructor()
              .newInstance();
    }
  }
}
