package io.stranded.snapshot;

import java.util.concurrent.CountDownLatch;

/**
 * A virtual thread that only the JVM knows enters a monitor whose owner sleeps; what it will
 * release then, it alone has. Nobody leaks.
 */
final class BlockedVirtualThread {
  private static final Object MONITOR = new Object();

  private BlockedVirtualThread() {}

  public static void main(String[] args) throws Exception {
    CountDownLatch owned = new CountDownLatch(1);
    start("owner", () -> sleepInMonitor(owned));
    owned.await();
    waitFor(new CountDownLatch(1));
    // It has to get to the monitor; nothing tells when it has.
    Thread.sleep(1000);
    System.out.println("READY");
    System.in.read();
  }

  private static void waitFor(CountDownLatch latch) throws ReflectiveOperationException {
    // Thread.startVirtualThread(task), which a build for 17 cannot name.
    Runnable task = () -> enter(latch);
    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    start("waiter", () -> await(latch));
  }

  private static void enter(CountDownLatch latch) {
    synchronized (MONITOR) {
      latch.countDown();
    }
  }

  private static void sleepInMonitor(CountDownLatch owned) {
    synchronized (MONITOR) {
      owned.countDown();
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
