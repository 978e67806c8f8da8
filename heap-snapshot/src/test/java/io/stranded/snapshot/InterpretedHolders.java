package io.stranded.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads that are parked, and whose interpreted frames alone hold what others wait for: in
 * a local, as an argument, among expressions, and as {@code this}. One of them holds no more what
 * it has held, or has passed it to a method that has forgotten it, if there is an argument; that
 * one's waiter leaks. A collection has moved all of it.
 */
final class InterpretedHolders {
  private static final String LEAKED = "leak/LATCH_NEVER_COUNTED_DOWN/latch";
  private static final List<Thread> HOLDERS = new ArrayList<>();

  private final CountDownLatch latch;

  private InterpretedHolders(String name) {
    latch = waiter(name);
  }

  public static void main(String[] args) throws Exception {
    hold(InterpretedHolders::inLocal);
    hold(() -> asArgument(1, 2L, waiter("live/argument"), 3.0));
    hold(() -> release(waiter("live/expression"), parked()));
    hold(() -> new InterpretedHolders("live/this").parkThenRelease());
    hold(() -> release(waiter("live/below"), parkThenRelease(waiter("live/passed"))));
    hold(args.length > 0 ? InterpretedHolders::passed : InterpretedHolders::notAnyMore);
    for (Thread holder : HOLDERS) {
      while (holder.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
    }
    System.gc();
    System.gc();
    System.out.println("READY");
    System.in.read();
  }

  private static void inLocal() {
    CountDownLatch latch = waiter("live/local");
    LockSupport.park();
    latch.countDown();
  }

  private static void asArgument(int first, long second, CountDownLatch latch, double third) {
    int parked = first + (int) second + (int) third + parked();
    release(latch, parked);
  }

  private void parkThenRelease() {
    LockSupport.park();
    latch.countDown();
  }

  private static void notAnyMore() {
    @Nullable CountDownLatch latch = waiter(LEAKED);
    release(latch, 0);
    latch = null;
    LockSupport.park();
    release(latch, 0);
  }

  private static void passed() {
    release(waiter("live/below-passed"), forgetAndPark(waiter(LEAKED)));
  }

  private static int parkThenRelease(CountDownLatch latch) {
    LockSupport.park();
    latch.countDown();
    return 1;
  }

  private static int forgetAndPark(CountDownLatch latch) {
    long count = latch.getCount();
    LockSupport.park();
    return (int) count;
  }

  private static int parked() {
    LockSupport.park();
    return 1;
  }

  private static void release(@Nullable CountDownLatch latch, int parked) {
    if (latch != null && parked > 0) {
      latch.countDown();
    }
  }

  private static void hold(Runnable task) throws ReflectiveOperationException {
    // Thread.startVirtualThread(task), which a build for 17 cannot name.
    HOLDERS.add(
        (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task));
  }

  private static CountDownLatch waiter(String name) {
    CountDownLatch latch = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                latch.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return latch;
  }
}
