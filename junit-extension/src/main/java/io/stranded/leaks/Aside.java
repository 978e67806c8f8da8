package io.stranded.leaks;

import io.stranded.internal.proof.OwnThread;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Does what has to do with Threads in a thread that ends with it. What it leaves on a stack would
 * be seen by the next snapshot, and taken for held.
 */
final class Aside {
  private Aside() {}

  /** Does it, and waits for it, be the current thread interrupted or not. */
  static <T> T call(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    new OwnThread("stranded-look", task).start();
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
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
