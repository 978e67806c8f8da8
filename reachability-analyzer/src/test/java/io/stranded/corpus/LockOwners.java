package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Locks that are held, whose owners wait for what nothing leads to: those of the JDK tell nobody
 * who has them; the application's own do, so that whoever has the lock may interrupt its owner and
 * those that queue at it. As leaking twins, owners of plain locks, and of own locks that were
 * dropped.
 */
public final class LockOwners {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private final Spawner spawner = new Spawner(/* virtual= */ false);

  private LockOwners() {}

  /** Takes a lock, and may be interrupted. */
  @FunctionalInterface
  private interface Acquire {
    void run() throws InterruptedException;
  }

  public static void main(String[] args) throws Exception {
    LockOwners program = new LockOwners();
    TellingLock lock = new TellingLock();
    HELD.add(lock);
    program.ownerAndWaiter("lock", lock::lockInterruptibly);
    TellingReadWriteLock readWrite = new TellingReadWriteLock();
    HELD.add(readWrite);
    program.ownerAndWaiter("write-lock", readWrite.writeLock()::lockInterruptibly);
    Mutex mutex = new Mutex();
    HELD.add(mutex);
    program.ownerAndWaiter("mutex", () -> mutex.acquireInterruptibly(1));
    program.deadlock();
    program.leaking();
    program.spawner.awaitWaiting();
    program.breakLater(lock, readWrite, mutex);
    System.out.println("READY");
    System.in.read();
  }

  private void ownerAndWaiter(String name, Acquire acquire) throws InterruptedException {
    owner(Expected.live(name + "-owner"), acquire);
    spawner.live(name + "-waiter", acquire::run);
  }

  private void owner(String name, Acquire acquire) throws InterruptedException {
    CountDownLatch owned = new CountDownLatch(1);
    Spawner.Body body =
        () -> {
          acquire.run();
          owned.countDown();
          new LinkedBlockingQueue<String>().take();
        };
    spawner.start(name, body, Thread::new);
    owned.await();
  }

  /** Two that wait for each other, which a breaker of deadlocks finds by their locks. */
  private void deadlock() throws InterruptedException {
    TellingLock left = new TellingLock();
    TellingLock right = new TellingLock();
    HELD.add(left);
    HELD.add(right);
    CountDownLatch both = new CountDownLatch(2);
    spawner.live("deadlock-left", () -> lockBoth(left, right, both));
    spawner.live("deadlock-right", () -> lockBoth(right, left, both));
    both.await();
  }

  private static void lockBoth(TellingLock first, TellingLock second, CountDownLatch both)
      throws InterruptedException {
    first.lockInterruptibly();
    both.countDown();
    both.await();
    second.lockInterruptibly();
  }

  private void leaking() throws InterruptedException {
    ReentrantLock plain = new ReentrantLock();
    HELD.add(plain);
    String owner = Expected.name(Expected.Kind.LEAK, Cause.QUEUE_CONSUMER_ABANDONED, "plain-owner");
    owner(owner, plain::lockInterruptibly);
    spawner.leak(Cause.BEHIND_LEAKED_OWNER, "plain-waiter", plain::lockInterruptibly);
    TellingLock dropped = new TellingLock();
    owner(
        Expected.name(Expected.Kind.LEAK, Cause.QUEUE_CONSUMER_ABANDONED, "dropped-owner"),
        dropped::lockInterruptibly);
    spawner.leak(Cause.BEHIND_LEAKED_OWNER, "dropped-waiter", dropped::lockInterruptibly);
    // Who waits so does not hear of an interrupt, whoever knows it.
    TellingLock uninterruptible = new TellingLock();
    HELD.add(uninterruptible);
    Spawner.Body body =
        () -> {
          TellingLock own = new TellingLock();
          own.lock();
          uninterruptible.lock();
          Condition never = own.newCondition();
          while (own.isHeldByCurrentThread()) {
            never.awaitUninterruptibly();
          }
        };
    spawner.leak(Cause.CONDITION_NEVER_SIGNALLED, "uninterruptible-owner", body);
  }

  /** Keeps the code alive that ends the waits. */
  private void breakLater(TellingLock lock, TellingReadWriteLock readWrite, Mutex mutex) {
    spawner.live(
        "breaker",
        () -> {
          TimeUnit.DAYS.sleep(1);
          lock.interruptAll();
          readWrite.interruptAll();
          mutex.interruptAll();
        });
  }

  private static final class TellingLock extends ReentrantLock {
    private static final long serialVersionUID = 1;

    void interruptAll() {
      getOwner().interrupt();
      getQueuedThreads().forEach(Thread::interrupt);
    }
  }

  private static final class TellingReadWriteLock extends ReentrantReadWriteLock {
    private static final long serialVersionUID = 1;

    void interruptAll() {
      getOwner().interrupt();
      getQueuedThreads().forEach(Thread::interrupt);
    }
  }

  private static final class Mutex extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean tryAcquire(int ignored) {
      boolean acquired = compareAndSetState(0, 1);
      if (acquired) {
        setExclusiveOwnerThread(Thread.currentThread());
      }
      return acquired;
    }

    @Override
    protected boolean tryRelease(int ignored) {
      setExclusiveOwnerThread(null);
      setState(0);
      return true;
    }

    void interruptAll() {
      getExclusiveOwnerThread().interrupt();
      getQueuedThreads().forEach(Thread::interrupt);
    }
  }
}
