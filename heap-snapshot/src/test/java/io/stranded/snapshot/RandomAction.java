package io.stranded.snapshot;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** What a thread of {@link RandomFrames} does in its last frame, for some milliseconds. */
enum RandomAction {
  SLEEP,
  PARK,
  WAIT,
  SPIN,
  YIELD,
  ALLOCATE,
  LOCK,
  ENTER,
  POLL,
  AWAIT,
  THROW,
  RECURSE,
  LOAD,
  COLLECT;

  private static final Object MONITOR = new Object();
  private static final ReentrantLock OWNED = new ReentrantLock();
  private static final BlockingQueue<CountDownLatch> TO_RELEASE = new ArrayBlockingQueue<>(1024);
  private static volatile Object garbage = "";

  /** Thrown through frames. */
  static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Does it, in this frame and below. */
  @SuppressWarnings({"WaitNotInLoop", "ThreadPriorityCheck"})
  void act(Random random) throws InterruptedException {
    int millis = 1 + random.nextInt(20);
    long end = System.nanoTime() + millis * 1_000_000L;
    switch (this) {
      case SLEEP -> Thread.sleep(millis);
      case PARK -> LockSupport.parkNanos(this, millis * 1_000_000L);
      case WAIT -> {
        Object monitor = new Object();
        synchronized (monitor) {
          monitor.wait(millis);
        }
      }
      case SPIN -> {
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
      }
      case YIELD -> {
        while (System.nanoTime() < end) {
          Thread.yield();
        }
      }
      case ALLOCATE -> {
        while (System.nanoTime() < end) {
          garbage = List.of(new byte[1000], garbage instanceof List ? "" : garbage);
        }
      }
      case LOCK -> {
        OWNED.lock();
        try {
          Thread.sleep(1);
        } finally {
          OWNED.unlock();
        }
      }
      case ENTER -> {
        synchronized (MONITOR) {
          Thread.sleep(1);
        }
      }
      case POLL -> new ArrayBlockingQueue<Object>(1).poll(millis, TimeUnit.MILLISECONDS);
      case AWAIT -> {
        CountDownLatch soon = new CountDownLatch(1);
        TO_RELEASE.put(soon);
        soon.await();
      }
      case THROW -> {
        while (System.nanoTime() < end) {
          thrown(20);
        }
      }
      case RECURSE -> garbage = recurse(300, millis);
      case LOAD -> {
        try {
          Class.forName("no.such.Type" + random.nextInt());
        } catch (ClassNotFoundException e) {
          Thread.sleep(1);
        }
      }
      case COLLECT -> {
        if (random.nextInt(10) == 0) {
          System.gc();
        }
      }
    }
  }

  private static void thrown(int calls) {
    try {
      throwFrom(calls);
    } catch (Thrown e) {
      garbage = e;
    }
  }

  private static void throwFrom(int calls) {
    if (calls > 0) {
      throwFrom(calls - 1);
      return;
    }
    throw new Thrown();
  }

  private static long recurse(int calls, int millis) throws InterruptedException {
    if (calls > 0) {
      return recurse(calls - 1, millis) + calls;
    }
    Thread.sleep(millis);
    return 0;
  }

  /** Takes what others wait for, and lets them go on some milliseconds later. */
  static void release() {
    try {
      for (; ; ) {
        CountDownLatch latch = TO_RELEASE.take();
        Thread.sleep(3);
        latch.countDown();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
