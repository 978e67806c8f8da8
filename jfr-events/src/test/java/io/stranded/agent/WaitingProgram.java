package io.stranded.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program whose threads wait, each in its own way, until it is told to let them go. It obeys the
 * lines of its standard input and answers each with DONE.
 */
public final class WaitingProgram {
  private static final Set<Thread.State> WAITING =
      EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.BLOCKED);
  private static final CountDownLatch LATCH = new CountDownLatch(1);
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Object NOTIFIED = new Object();
  private static final Object ENTERED = new Object();

  private static boolean notified;

  private WaitingProgram() {}

  /** Runs until its standard input ends. */
  public static void main(String[] args) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    LOCK.lock();
    try {
      synchronized (ENTERED) {
        startWaiters();
        System.out.println("READY");
        String command = commands.readLine();
        while (command != null && !command.equals("release")) {
          obey(command);
          command = commands.readLine();
        }
      }
    } finally {
      LOCK.unlock();
    }
    LATCH.countDown();
    synchronized (NOTIFIED) {
      notified = true;
      NOTIFIED.notifyAll();
    }
    System.out.println("DONE release");
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      obey(command);
    }
  }

  private static void obey(String command) {
    startPlatform(command, WaitingProgram::awaitLatch);
    if (Runtime.version().feature() >= 21) {
      startVirtual("virtual-" + command, WaitingProgram::awaitLatch);
    }
    System.out.println("DONE " + command);
  }

  private static void startWaiters() {
    startPlatform("parked", WaitingProgram::awaitLatch);
    startPlatform("parked-timed", WaitingProgram::awaitLatchForADay);
    startPlatform("locking", WaitingProgram::takeLock);
    startPlatform("waiting", WaitingProgram::awaitNotification);
    startPlatform("entering", WaitingProgram::enter);
    if (Runtime.version().feature() >= 21) {
      startVirtual("virtual-parked", WaitingProgram::awaitLatch);
      startVirtual("virtual-locking", WaitingProgram::takeLock);
      startVirtual("virtual-waiting", WaitingProgram::awaitNotification);
    }
  }

  private static void startPlatform(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    awaitWait(thread);
  }

  private static void awaitWait(Thread thread) {
    while (!WAITING.contains(thread.getState())) {
      Thread.onSpinWait();
    }
  }

  // By reflection: compiled for Java 17.
  private static void startVirtual(String name, Runnable task) {
    try {
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
      builder.getMethod("name", String.class).invoke(virtual, name);
      awaitWait((Thread) builder.getMethod("start", Runnable.class).invoke(virtual, task));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static void awaitLatch() {
    try {
      LATCH.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitLatchForADay() {
    try {
      if (!LATCH.await(1, TimeUnit.DAYS)) {
        throw new AssertionError("a day has passed");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void takeLock() {
    LOCK.lock();
    try {
      Thread.onSpinWait();
    } finally {
      LOCK.unlock();
    }
  }

  private static void awaitNotification() {
    synchronized (NOTIFIED) {
      try {
        while (!notified) {
          NOTIFIED.wait();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void enter() {
    synchronized (ENTERED) {
      ENTERED.notifyAll();
    }
  }
}
