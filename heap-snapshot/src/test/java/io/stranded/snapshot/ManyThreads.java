package io.stranded.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * So many threads, virtual ones if there is a second argument, each of which waits for a latch of
 * its own that is held; and five that nobody will wake. A large array is in the heap too.
 */
final class ManyThreads {
  private static final int LEAKS = 5;
  private static final int LARGE = 20_000_000;

  private static final List<Object> HELD = new ArrayList<>();

  private ManyThreads() {}

  public static void main(String[] args) throws Exception {
    boolean virtual = args.length > 1;
    int count = Integer.parseInt(args[0]);
    CountDownLatch started = new CountDownLatch(count + LEAKS);
    for (int i = 0; i < count; i++) {
      CountDownLatch latch = new CountDownLatch(1);
      HELD.add(latch);
      start(virtual, started, latch);
    }
    for (int i = 0; i < LEAKS; i++) {
      start(virtual, started, new CountDownLatch(1));
    }
    Object[] large = new Object[LARGE];
    large[LARGE - 1] = HELD.get(0);
    HELD.add(large);
    HELD.add(new byte[LARGE]);
    started.await();
    // All have begun; nothing tells when the last has come to its wait.
    Thread.sleep(1000);
    System.out.println("READY");
    System.in.read();
  }

  private static void start(boolean virtual, CountDownLatch started, CountDownLatch latch)
      throws ReflectiveOperationException {
    Runnable task =
        () -> {
          started.countDown();
          try {
            latch.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    if (virtual) {
      // Thread.startVirtualThread(task), which a build for 17 cannot name.
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    } else {
      Thread thread = new Thread(null, task, "waits", 1 << 16);
      thread.setDaemon(true);
      thread.start();
    }
  }
}
