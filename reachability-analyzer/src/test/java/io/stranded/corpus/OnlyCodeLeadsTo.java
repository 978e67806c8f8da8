package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * As {@link UnkeptLoader}, but the waiter runs in the code of the class that only the constant pool
 * of a live class leads to: its own stack explains the class, and yet the live class can end the
 * wait at any time. The twin, {@code leaking}, waits in the code of a class that nobody's code
 * refers to; a dump has no constant pools to tell the two apart.
 */
public final class OnlyCodeLeadsTo {
  private static @Nullable Object user;

  /** Where a class leaves an object of its own. */
  public static @Nullable Runnable made;

  private OnlyCodeLeadsTo() {}

  /** Lets wait, and ends the wait as a task. */
  public static final class User implements Runnable {
    private final boolean waits;

    public User(boolean waits) {
      this.waits = waits;
    }

    @Override
    public void run() {
      if (waits) {
        Used.await();
      } else {
        Used.latch.countDown();
      }
    }
  }

  /** What the user's code refers to. */
  public static final class Used {
    public static final CountDownLatch latch = new CountDownLatch(1);

    private Used() {}

    public static void await() {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits in its own code, which nobody else refers to. */
  public static final class Lonely implements Runnable {
    private static final CountDownLatch latch = new CountDownLatch(1);

    static {
      // By reflection, weak references of the JDK would lead to the class.
      made = new Lonely();
    }

    @Override
    public void run() {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Defines the user itself, and has what it refers to found by a loader that nobody keeps. */
  private static final class Finder extends OwnLoader {
    Finder() {
      super(User.class);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      return name.equals(Used.class.getName())
          ? new OwnLoader(Used.class).loadClass(name)
          : super.loadClass(name, resolve);
    }
  }

  /** Defines nothing, and has a class found by a loader that nobody keeps. */
  private static final class Parent extends ClassLoader {
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(User.class.getName())) {
        throw new ClassNotFoundException(name);
      }
      return name.equals(Used.class.getName())
          ? new OwnLoader(Used.class).loadClass(name)
          : super.loadClass(name, resolve);
    }
  }

  /** A loader of the JDK itself. */
  private static ClassLoader plainBelow(ClassLoader parent) {
    URL place = OnlyCodeLeadsTo.class.getProtectionDomain().getCodeSource().getLocation();
    return new URLClassLoader(new URL[] {place}, parent);
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    if (args[0].equals("healthy")) {
      usedByLiveCode(spawner, new Finder());
    } else if (args[0].equals("by-parent")) {
      usedByLiveCode(spawner, plainBelow(new Parent()));
    } else {
      usedByNobody(spawner);
    }
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    System.out.println(user);
  }

  private static void usedByLiveCode(Spawner spawner, ClassLoader loader)
      throws ReflectiveOperationException {
    Class<?> type = loader.loadClass(User.class.getName());
    user = type.getConstructor(boolean.class).newInstance(false);
    Runnable waits = (Runnable) type.getConstructor(boolean.class).newInstance(true);
    spawner.live("runs-in-its-class", waits::run);
  }

  private static void usedByNobody(Spawner spawner) throws ReflectiveOperationException {
    Class.forName(Lonely.class.getName(), /* initialize= */ true, new OwnLoader(Lonely.class));
    Runnable waits = Objects.requireNonNull(made);
    made = null;
    spawner.leak(Cause.LATCH_NEVER_COUNTED_DOWN, "runs-in-its-class", waits::run);
  }
}
