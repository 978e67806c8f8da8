package io.stranded.heap;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that is done on a second core while the caller does its own. */
public final class SecondCore<T> {
  /** Bytes of a dump from which on a second thread gives more than it costs. */
  public static final long LARGE = 64L << 20;

  private final FutureTask<T> task;

  private SecondCore(Callable<T> work) {
    this.task = new FutureTask<>(work);
  }

  /** Whether there is one. */
  public static boolean exists() {
    return Runtime.getRuntime().availableProcessors() > 1;
  }

  /** Starts work in a thread of the given name. */
  public static <T> SecondCore<T> start(String name, Callable<T> work) {
    SecondCore<T> core = new SecondCore<>(work);
    Thread thread = new Thread(core.task, name);
    thread.setDaemon(true);
    thread.start();
    return core;
  }

  /** Waits for the end of the work, and returns its result or throws what it met with. */
  public T join() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
