package io.stranded.internal.heap;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done on a second core while the caller does its own. It ends however it fails: when
 * there is no memory left, not even a {@code FutureTask} can be relied on to say so.
 */
public final class SecondCore<T> {
  /** Bytes of a dump from which on a second thread gives more than it costs. */
  public static final long LARGE = 64L << 20;

  private final Thread thread;
  private @Nullable T result;
  private @Nullable Throwable failure;

  private SecondCore(String name, Callable<T> work) {
    this.thread = new Thread(() -> run(work), name);
  }

  /** Whether there is one. */
  public static boolean exists() {
    return Runtime.getRuntime().availableProcessors() > 1;
  }

  /** Starts work, which must have a result, in a thread of the given name. */
  public static <T> SecondCore<T> start(String name, Callable<T> work) {
    SecondCore<T> core = new SecondCore<>(name, work);
    core.thread.setDaemon(true);
    core.thread.start();
    return core;
  }

  private void run(Callable<T> work) {
    try {
      result = work.call();
    } catch (Throwable e) {
      failure = e;
    }
  }

  /** Waits for the end of the work, and returns its result or throws what it met with. */
  public T join() {
    awaitEnd();
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (result == null) {
      throw new IllegalStateException(thread.getName() + " has failed", failure);
    }
    return result;
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
