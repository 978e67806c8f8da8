package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;

/**
 * What a thread can be ended by through its handle, or through its group, when nothing leads to
 * what it waits on: each once held, and once dropped.
 */
public final class ThreadHandles {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

  private final Spawner spawner = new Spawner(/* virtual= */ false);

  private ThreadHandles() {}

  public static void main(String[] args) throws Exception {
    ThreadHandles handles = new ThreadHandles();
    handles.groups();
    handles.interruptsThatArrive();
    handles.interruptsThatDoNot();
    handles.joinThatRunsAnotherTask("live/join-runs-another", /* held= */ true);
    handles.joinThatRunsAnotherTask(
        Expected.name(Expected.Kind.LEAK, Cause.QUEUE_CONSUMER_ABANDONED, "join-runs-another"),
        /* held= */ false);
    handles.whatItGivesAway();
    handles.unparkOfAnotherBlocker();
    handles.whatTheirBlockerGivesAway();
    handles.foundByName();
    handles.spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  /** Whoever has a group can enumerate and interrupt its threads, those of its own groups too. */
  private void groups() {
    ThreadGroup held = new ThreadGroup("held");
    HELD.add(held);
    inGroup(held, Expected.live("group"), ThreadHandles::takeForEver);
    inGroup(held, Expected.live("group-bare-park"), ThreadHandles::parkForEver);
    inGroup(
        new ThreadGroup(held, "inner"), Expected.live("outer-group"), ThreadHandles::takeForEver);
    inGroup(
        new ThreadGroup("dropped"),
        Expected.name(Expected.Kind.LEAK, Cause.QUEUE_CONSUMER_ABANDONED, "group"),
        ThreadHandles::takeForEver);
  }

  private void inGroup(ThreadGroup group, String name, Spawner.Body body) {
    spawner.start(name, body, (task, threadName) -> new Thread(group, task, threadName));
  }

  private void interruptsThatArrive() {
    HELD.add(spawner.live("uninterruptibly-by-name", () -> drainUninterruptibly()));
    spawner.leak(
        Cause.QUEUE_CONSUMER_ABANDONED, "uninterruptibly-by-name", () -> drainUninterruptibly());
  }

  /** Called so because it does not throw: an interrupt ends it. */
  private static void drainUninterruptibly() {
    try {
      takeForEver();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void interruptsThatDoNot() {
    HELD.add(
        spawner.start(
            Expected.Kind.LEAK,
            Cause.CONDITION_NEVER_SIGNALLED,
            "held-but-uninterruptible",
            ThreadHandles::awaitUninterruptibly));
  }

  private static void awaitUninterruptibly() {
    ReentrantLock lock = new ReentrantLock();
    lock.lock();
    Condition condition = lock.newCondition();
    while (lock.isHeldByCurrentThread()) {
      condition.awaitUninterruptibly();
    }
  }

  /** A pool interrupts its workers when it is shut down now. */
  private void joinThatRunsAnotherTask(String name, boolean held) throws InterruptedException {
    Spawner.announce(name);
    // One worker and no more, which would hold the pool for as long as it is idle.
    ForkJoinPool pool =
        new ForkJoinPool(
            1,
            of -> {
              ForkJoinWorkerThread worker =
                  ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(of);
              worker.setName(name);
              return worker;
            },
            /* handler= */ null,
            /* asyncMode= */ false,
            /* corePoolSize= */ 1,
            /* maximumPoolSize= */ 1,
            /* minimumRunnable= */ 0,
            /* saturate= */ full -> true,
            /* keepAliveTime= */ 1,
            TimeUnit.MINUTES);
    if (held) {
      HELD.add(pool);
    }
    CountDownLatch taking = new CountDownLatch(1);
    pool.execute(
        () -> {
          ForkJoinTask<?> inner =
              ForkJoinTask.adapt(
                  () -> {
                    taking.countDown();
                    return new LinkedBlockingQueue<String>().take();
                  });
          inner.fork();
          inner.join();
        });
    taking.await();
  }

  /** An uninterruptible wait, so that the handle alone is no way to end it. */
  private void whatItGivesAway() {
    CompletableFuture<String> ofHandler = new CompletableFuture<>();
    HELD.add(
        spawner.start(
            Expected.live("uncaught-exception-handler"),
            ofHandler::join,
            (task, name) -> {
              Thread thread = new Thread(task, name);
              thread.setUncaughtExceptionHandler(new Handler(ofHandler));
              return thread;
            }));
    CompletableFuture<String> ofLoader = new CompletableFuture<>();
    HELD.add(
        spawner.start(
            Expected.live("context-class-loader"),
            ofLoader::join,
            (task, name) -> {
              Thread thread = new Thread(task, name);
              thread.setContextClassLoader(new Loader(ofLoader));
              return thread;
            }));
    CompletableFuture<String> ofGroup = new CompletableFuture<>();
    HELD.add(
        spawner.start(
            Expected.live("thread-group-of-a-kind"),
            ofGroup::join,
            (task, name) -> new Thread(new Group(ofGroup), task, name)));
    CompletableFuture<String> ofTask = new CompletableFuture<>();
    HELD.add(
        spawner.start(
            Expected.Kind.LEAK,
            Cause.FUTURE_NEVER_COMPLETED,
            "what-it-does-not-give-away",
            () -> {
              LOCAL.set(ofTask);
              ofTask.join();
            }));
  }

  private static final class Handler implements Thread.UncaughtExceptionHandler {
    private final CompletableFuture<String> future;

    Handler(CompletableFuture<String> future) {
      this.future = future;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
      future.completeExceptionally(thrown);
    }
  }

  private static final class Loader extends ClassLoader {
    private final CompletableFuture<String> future;

    Loader(CompletableFuture<String> future) {
      this.future = future;
    }

    @SuppressWarnings("UnusedMethod") // who has the thread may call it
    void close() {
      future.cancel(true);
    }
  }

  private static final class Group extends ThreadGroup {
    private final CompletableFuture<String> future;

    Group(CompletableFuture<String> future) {
      super("of-a-kind");
      this.future = future;
    }

    @SuppressWarnings("UnusedMethod") // who has the thread may call it
    void close() {
      future.cancel(true);
    }
  }

  /** Parked on an object that says nothing but who parks, as the blocker is meant. */
  private static final class Gate {
    private volatile boolean open;

    void awaitUninterruptibly() {
      while (!open) {
        LockSupport.park(this);
        Thread.interrupted();
      }
    }

    void open(Thread waiter) {
      open = true;
      LockSupport.unpark(waiter);
    }
  }

  /** Ended by {@code unpark}, or through {@code getBlocker}. */
  private void unparkOfAnotherBlocker() {
    HELD.add(spawner.live("own-blocker-interruptible", () -> parkUntilInterrupted(new Gate())));
    HELD.add(spawner.live("own-blocker", () -> new Gate().awaitUninterruptibly()));
    spawner.leak(
        Cause.SYNCHRONIZER_ABANDONED, "own-blocker", () -> new Gate().awaitUninterruptibly());
    new Gate().open(Thread.currentThread());
  }

  /** Through {@code getBlocker} anybody gets at what releases these, interruptible or not. */
  private void whatTheirBlockerGivesAway() {
    HELD.add(spawner.live("permits", () -> new Semaphore(0).acquireUninterruptibly()));
    HELD.add(spawner.live("stamped-lock", ThreadHandles::readAndWrite));
    spawner.leak(
        Cause.PERMIT_NEVER_RELEASED, "permits", () -> new Semaphore(0).acquireUninterruptibly());
  }

  private static void readAndWrite() {
    StampedLock lock = new StampedLock();
    long stamp = lock.writeLock();
    lock.unlockRead(lock.readLock() + stamp);
  }

  private static void parkUntilInterrupted(Object blocker) {
    while (!Thread.interrupted()) {
      LockSupport.park(blocker);
    }
  }

  /** A dump cannot tell who will look for a thread among all of them, as containers do. */
  private void foundByName() {
    spawner.live("bare-park-found-by-name", ThreadHandles::parkForEver);
    spawner.live(
        "finder",
        () -> {
          TimeUnit.DAYS.sleep(1);
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().endsWith("found-by-name"))
              .forEach(LockSupport::unpark);
        });
    spawner.start(
        Expected.Kind.DOUBT, Cause.BARE_PARK, "bare-park-nobody-finds", ThreadHandles::parkForEver);
  }

  private static void takeForEver() throws InterruptedException {
    new LinkedBlockingQueue<String>().take();
  }

  private static void parkForEver() {
    while (!Thread.interrupted()) {
      LockSupport.park();
    }
  }
}
