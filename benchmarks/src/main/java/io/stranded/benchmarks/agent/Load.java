package io.stranded.benchmarks.agent;

import java.util.Locale;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** What threads do while their cost is measured. */
enum Load {
  /** Two threads wake each other by {@code LockSupport} and park. */
  HANDOFF(40_000, 600_000) {
    @Override
    void run(ThreadFactory threads, int times) throws InterruptedException {
      Thread[] pair = new Thread[2];
      for (int i = 0; i < 2; i++) {
        int me = i;
        pair[i] = threads.newThread(() -> handOff(pair, me, times));
      }
      turn = 0;
      finish(pair);
    }
  },
  /** Two threads pass an object to and fro through two synchronous queues. */
  QUEUE(40_000, 300_000) {
    @Override
    void run(ThreadFactory threads, int times) throws InterruptedException {
      SynchronousQueue<Object> there = new SynchronousQueue<>();
      SynchronousQueue<Object> back = new SynchronousQueue<>();
      finish(
          threads.newThread(() -> pass(there, back, times)),
          threads.newThread(() -> passBack(there, back, times)));
    }
  },
  /** One thread parks with its permit given already: the cheapest park, so the worst ratio. */
  PERMIT(4_000_000, 4_000_000) {
    @Override
    void run(ThreadFactory threads, int times) throws InterruptedException {
      finish(threads.newThread(() -> parkWithPermit(times)));
    }
  },
  /** Threads that do nothing are started one after the other. */
  START(4_000, 100_000) {
    @Override
    void run(ThreadFactory threads, int times) throws InterruptedException {
      Thread starter =
          threads.newThread(
              () -> {
                for (int i = 0; i < times; i++) {
                  Thread thread = threads.newThread(() -> {});
                  thread.start();
                  join(thread);
                }
              });
      finish(starter);
    }
  };

  private static volatile int turn;

  private final int onPlatform;
  private final int onVirtual;

  Load(int onPlatform, int onVirtual) {
    this.onPlatform = onPlatform;
    this.onVirtual = onVirtual;
  }

  /** How often a round does it: enough for some tenths of a second. */
  int times(boolean virtual) {
    return virtual ? onVirtual : onPlatform;
  }

  /** Does it that often. */
  abstract void run(ThreadFactory threads, int times) throws InterruptedException;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static void handOff(Thread[] pair, int me, int times) {
    for (int i = 0; i < times; i++) {
      while (turn != me) {
        LockSupport.park(pair);
      }
      turn = 1 - me;
      LockSupport.unpark(pair[1 - me]);
    }
  }

  private static void pass(
      SynchronousQueue<Object> there, SynchronousQueue<Object> back, int times) {
    try {
      for (int i = 0; i < times; i++) {
        there.put(there);
        back.take();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void passBack(
      SynchronousQueue<Object> there, SynchronousQueue<Object> back, int times) {
    try {
      for (int i = 0; i < times; i++) {
        back.put(there.take());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void parkWithPermit(int times) {
    Thread self = Thread.currentThread();
    for (int i = 0; i < times; i++) {
      LockSupport.unpark(self);
      LockSupport.park();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void finish(Thread... threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
