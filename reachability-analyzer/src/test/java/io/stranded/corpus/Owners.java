package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Waits for other threads, waits that the JVM ends, and the ways of holding a thread or a
 * synchronizer that are easily missed. The argument says whether the threads are virtual.
 */
public final class Owners {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());
  private static final ClassValue<CountDownLatch> PER_CLASS =
      new ClassValue<>() {
        @Override
        protected CountDownLatch computeValue(Class<?> type) {
          return new CountDownLatch(1);
        }
      };

  private final Spawner spawner;

  private Owners(Spawner spawner) {
    this.spawner = spawner;
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(Boolean.parseBoolean(args[0]));
    new Owners(spawner).startAll();
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private void startAll() throws InterruptedException {
    ownerEnded(new ReentrantLock(), "reentrant");
    ownerEnded(new ReentrantReadWriteLock().writeLock(), "write-lock");
    ownerSleeps();
    deadlock();
    behindLeakedOwner();
    joins();
    barePark();
    handles();
    weak();
    indirect();
    endedByTheJvm();
  }

  private void ownerEnded(Lock lock, String pattern) throws InterruptedException {
    HELD.add(lock);
    CountDownLatch locked = new CountDownLatch(1);
    Thread owner =
        new Thread(
            () -> {
              lock.lock();
              locked.countDown();
            },
            "ended-owner");
    owner.start();
    Spawner.awaitEnd(owner);
    locked.await();
    spawner.leak(Cause.LOCK_OWNER_ENDED, pattern, lock::lock);
  }

  private void ownerSleeps() throws InterruptedException {
    ReentrantLock lock = new ReentrantLock();
    CountDownLatch locked = new CountDownLatch(1);
    spawner.live(
        "lock-owner",
        () -> {
          lock.lock();
          locked.countDown();
          TimeUnit.DAYS.sleep(1);
        });
    locked.await();
    spawner.live("lock", lock::lock);
  }

  private void deadlock() {
    ReentrantLock left = new ReentrantLock();
    ReentrantLock right = new ReentrantLock();
    HELD.add(left);
    HELD.add(right);
    CountDownLatch bothLocked = new CountDownLatch(2);
    spawner.leak(Cause.DEADLOCK, "left", () -> lockBoth(left, right, bothLocked));
    spawner.leak(Cause.DEADLOCK, "right", () -> lockBoth(right, left, bothLocked));
  }

  private static void lockBoth(Lock first, Lock second, CountDownLatch bothLocked)
      throws InterruptedException {
    first.lock();
    bothLocked.countDown();
    bothLocked.await();
    second.lock();
  }

  private void behindLeakedOwner() throws InterruptedException {
    ReentrantLock lock = new ReentrantLock();
    HELD.add(lock);
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch dropped = new CountDownLatch(1);
    spawner.leak(
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "leaked-owner",
        () -> {
          lock.lock();
          locked.countDown();
          dropped.await();
        });
    locked.await();
    spawner.leak(Cause.BEHIND_LEAKED_OWNER, "lock", lock::lock);
  }

  private void joins() {
    CountDownLatch dropped = new CountDownLatch(1);
    Thread leaked =
        spawner.start(Expected.Kind.LEAK, Cause.LATCH_NEVER_COUNTED_DOWN, "joined", dropped::await);
    spawner.leak(Cause.JOIN_ON_LEAKED_THREAD, "join", leaked::join);
    Thread sleeping = spawner.live("joined", () -> TimeUnit.DAYS.sleep(1));
    spawner.live("join", sleeping::join);
  }

  private void barePark() {
    spawner.start(Expected.Kind.DOUBT, Cause.BARE_PARK, "bare", Owners::parkForEver);
    HELD.add(spawner.live("bare", Owners::parkForEver));
  }

  private static void parkForEver() {
    while (true) {
      LockSupport.park();
    }
  }

  private void handles() {
    CountDownLatch dropped = new CountDownLatch(1);
    HELD.add(
        spawner.start(
            Expected.Kind.HANDLE, Cause.LATCH_NEVER_COUNTED_DOWN, "held-thread", dropped::await));
    CompletableFuture<String> future = new CompletableFuture<>();
    HELD.add(
        spawner.start(
            Expected.Kind.LEAK,
            Cause.FUTURE_NEVER_COMPLETED,
            "held-thread-uninterruptible",
            future::join));
  }

  private void weak() {
    CountDownLatch dropped = new CountDownLatch(1);
    HELD.add(new WeakReference<>(dropped));
    spawner.start(
        Expected.Kind.WEAK, Cause.LATCH_NEVER_COUNTED_DOWN, "weakly-held", dropped::await);
  }

  private void indirect() {
    CountDownLatch ofUnstarted = new CountDownLatch(1);
    HELD.add(new Thread(ofUnstarted::countDown, "unstarted"));
    spawner.live("unstarted-thread", ofUnstarted::await);

    CountDownLatch ofHook = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(ofHook::countDown, "hook"));
    spawner.live("shutdown-hook", ofHook::await);

    CountDownLatch ofClass = PER_CLASS.get(Owners.class);
    spawner.live("class-value", ofClass::await);

    CompletableFuture<String> source = new CompletableFuture<>();
    HELD.add(source);
    CompletableFuture<Integer> dependent = source.thenApply(String::length);
    spawner.live("dependent-future", dependent::get);

    CompletableFuture<Void> delayed =
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.DAYS));
    spawner.live("delayed-executor", delayed::get);

    CompletableFuture<String> timeout = new CompletableFuture<String>().orTimeout(1, TimeUnit.DAYS);
    spawner.live("timeout", timeout::get);

    CountDownLatch ofSleeper = new CountDownLatch(1);
    spawner.live(
        "stack-holder",
        () -> {
          TimeUnit.DAYS.sleep(1);
          ofSleeper.countDown();
        });
    spawner.live("held-by-stack", ofSleeper::await);
  }

  private void endedByTheJvm() {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    spawner.leak(Cause.SYNCHRONIZER_ABANDONED, "reference-queue", queue::remove);
    ReferenceQueue<Object> expecting = new ReferenceQueue<>();
    WeakReference<Object> expected = new WeakReference<>(new Object(), expecting);
    spawner.live(
        "reference-queue",
        () -> {
          expecting.remove();
          expected.clear();
        });
    // The collector finds that the Timer was dropped and ends its thread.
    new Timer(Expected.live("dropped-timer"), true);
  }
}
