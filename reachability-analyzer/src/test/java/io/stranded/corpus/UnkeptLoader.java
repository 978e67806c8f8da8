package io.stranded.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The code of one class refers to another that a loader of its own has found, and nobody keeps that
 * loader: in the heap nothing leads to the latch in its static field, and yet the first can count
 * it down at any time.
 */
public final class UnkeptLoader {
  private static @Nullable Object user;

  private UnkeptLoader() {}

  /** Waits by its latch, and counts it down as a task. */
  public static final class User implements Supplier<CountDownLatch>, Runnable {
    @Override
    public CountDownLatch get() {
      return Used.latch;
    }

    @Override
    public void run() {
      Used.latch.countDown();
    }
  }

  /** What the user's code refers to. */
  public static final class Used {
    public static final CountDownLatch latch = new CountDownLatch(1);

    private Used() {}
  }

  /** Defines some classes itself, and finds others by a loader that it makes for them. */
  private static final class Finder extends ClassLoader {
    private final String own;

    Finder(String own) {
      super(UnkeptLoader.class.getClassLoader());
      this.own = own;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(own)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? define(name) : loaded;
      }
      if (name.equals(Used.class.getName())) {
        return new Finder(name).loadClass(name, resolve);
      }
      return super.loadClass(name, resolve);
    }

    private Class<?> define(String name) {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @SuppressWarnings("unchecked") // loaded by name
  public static void main(String[] args) throws Exception {
    String name = User.class.getName();
    Object made = new Finder(name).loadClass(name).getConstructor().newInstance();
    user = made;
    Spawner spawner = new Spawner(/* virtual= */ false);
    spawner.live("waiter", ((Supplier<CountDownLatch>) made).get()::await);
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    System.out.println(user);
  }
}
