package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A thread is leaked with an object that has fields of a type that is nowhere to be loaded from, as
 * classes have that can use an optional library.
 */
public final class MissingTypes {
  private MissingTypes() {}

  /** Of the library that is not there. */
  public static final class Missing {
    private Missing() {}
  }

  /** What can do without. */
  public static final class Holder implements Runnable {
    public static @Nullable Missing shared;
    public @Nullable Missing own;

    private final CountDownLatch latch = new CountDownLatch(1);

    @Override
    public void run() {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class WithoutLibrary extends OwnLoader {
    WithoutLibrary() {
      super(Holder.class);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(Missing.class.getName())) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    leak(spawner);
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void leak(Spawner spawner) throws Exception {
    Class<?> type = new WithoutLibrary().load(Holder.class);
    Runnable holder = (Runnable) type.getConstructor().newInstance();
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "latch", holder::run);
  }
}
