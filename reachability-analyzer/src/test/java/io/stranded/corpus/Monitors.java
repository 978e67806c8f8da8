package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for monitors, which a heap dump alone cannot judge: it does not say who owns them. */
public final class Monitors {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private Monitors() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    deadlock(spawner);
    behindLeakedOwner(spawner);
    behindLiveOwner(spawner);
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void deadlock(Spawner spawner) {
    Object left = new Object();
    Object right = new Object();
    HELD.add(left);
    HELD.add(right);
    CountDownLatch bothLocked = new CountDownLatch(2);
    spawner.leak(Cause.DEADLOCK, "left", () -> lockBoth(left, right, bothLocked));
    spawner.leak(Cause.DEADLOCK, "right", () -> lockBoth(right, left, bothLocked));
  }

  private static void lockBoth(Object first, Object second, CountDownLatch bothLocked)
      throws InterruptedException {
    synchronized (first) {
      bothLocked.countDown();
      bothLocked.await();
      synchronized (second) {
        throw new IllegalStateException("no deadlock");
      }
    }
  }

  private static void behindLeakedOwner(Spawner spawner) throws InterruptedException {
    Object monitor = new Object();
    HELD.add(monitor);
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch dropped = new CountDownLatch(1);
    spawner.leak(
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "monitor-owner",
        () -> {
          synchronized (monitor) {
            locked.countDown();
            dropped.await();
          }
        });
    locked.await();
    spawner.leak(Cause.BEHIND_LEAKED_OWNER, "monitor", () -> enter(monitor));
  }

  private static void behindLiveOwner(Spawner spawner) throws InterruptedException {
    Object monitor = new Object();
    CountDownLatch locked = new CountDownLatch(1);
    spawner.live(
        "monitor-owner",
        () -> {
          synchronized (monitor) {
            locked.countDown();
            TimeUnit.DAYS.sleep(1);
          }
        });
    locked.await();
    spawner.live("monitor", () -> enter(monitor));
  }

  private static void enter(Object monitor) {
    synchronized (monitor) {
      throw new IllegalStateException("the monitor was free");
    }
  }
}
