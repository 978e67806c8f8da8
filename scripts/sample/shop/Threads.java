package shop;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads with names that tell what they do. */
final class Threads {
  /** Work that may be interrupted. */
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException;
  }

  private Threads() {}

  /** Makes {@code role-1}, {@code role-2} and so on. */
  static ThreadFactory named(String role) {
    AtomicInteger count = new AtomicInteger();
    return work -> new Thread(work, role + "-" + count.incrementAndGet());
  }

  /** Starts a thread that ends with its work. */
  static Thread start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Log.line(name + " was interrupted");
              }
            },
            name);
    thread.start();
    return thread;
  }
}
