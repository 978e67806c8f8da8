package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** Starts the threads of a corpus program and waits until all of them wait. */
final class Spawner {
  /** What a thread of the corpus does: wait for ever. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private static final Set<Thread> BEFORE_LAST_WAIT = ConcurrentHashMap.newKeySet();

  private final boolean virtual;
  private final List<Thread> started = new ArrayList<>();

  Spawner(boolean virtual) {
    this.virtual = virtual;
  }

  /** Starts a thread that must be found leaked for sure. */
  void leak(Cause cause, String pattern, Body body) {
    start(Expected.name(Expected.Kind.LEAK, cause, pattern), body);
  }

  /** Starts a thread that must not be reported. */
  Thread live(String pattern, Body body) {
    return start(Expected.live(pattern), body);
  }

  /** Starts a thread that must be found as the kind says. */
  Thread start(Expected.Kind kind, Cause cause, String pattern, Body body) {
    return start(Expected.name(kind, cause, pattern), body);
  }

  /** Says that the current thread's next wait is the one it is started for. */
  static void lastWait() {
    BEFORE_LAST_WAIT.add(Thread.currentThread());
  }

  /** Waits until a thread that says so is in its last wait. */
  static void awaitLastWait(Thread thread) throws InterruptedException {
    while (!BEFORE_LAST_WAIT.contains(thread)) {
      refuseEnded(thread);
      Thread.sleep(1);
    }
    awaitWaiting(thread);
  }

  /** Waits until every thread started waits, then forgets them. */
  void awaitWaiting() throws InterruptedException {
    for (Thread thread : started) {
      awaitWaiting(thread);
    }
    forget();
  }

  /** Lets go of every thread started: a Thread that somebody has is one that can be interrupted. */
  void forget() {
    started.clear();
    BEFORE_LAST_WAIT.clear();
  }

  /** Waits until a thread that was started elsewhere waits. */
  static void awaitState(Thread thread) throws InterruptedException {
    awaitWaiting(thread);
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.BLOCKED
        && thread.getState() != Thread.State.TIMED_WAITING) {
      refuseEnded(thread);
      Thread.sleep(1);
    }
  }

  private static void refuseEnded(Thread thread) {
    if (thread.getState() == Thread.State.TERMINATED) {
      throw new IllegalStateException(thread.getName() + " has ended");
    }
  }

  /** Waits until a thread has ended. */
  static void awaitEnd(Thread thread) throws InterruptedException {
    thread.join();
  }

  private Thread start(String name, Body body) {
    announce(name);
    Runnable task = task(name, body);
    Thread thread = virtual ? startVirtual(name, task) : new Thread(task, name);
    if (!virtual) {
      thread.setDaemon(true);
      thread.start();
    }
    started.add(thread);
    return thread;
  }

  /** Starts a platform thread of a kind of its own, which the maker makes of task and name. */
  Thread start(String name, Body body, BiFunction<Runnable, String, Thread> maker) {
    announce(name);
    Thread thread = maker.apply(task(name, body), name);
    thread.setDaemon(true);
    thread.start();
    started.add(thread);
    return thread;
  }

  /** Tells tests, by the name of a thread, what there is to be found. */
  static void announce(String name) {
    System.out.println("THREAD " + name);
  }

  private static Runnable task(String name, Body body) {
    return () -> {
      try {
        body.run();
      } catch (Exception e) {
        throw new IllegalStateException(name, e);
      }
    };
  }

  /** {@code Thread.ofVirtual().name(name).start(task)}, which a build for 17 cannot name. */
  private static Thread startVirtual(String name, Runnable task) {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Method named = type.getMethod("name", String.class);
      Method start = type.getMethod("start", Runnable.class);
      return (Thread) start.invoke(named.invoke(builder, name), task);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("virtual threads need JDK 21", e);
    }
  }
}
