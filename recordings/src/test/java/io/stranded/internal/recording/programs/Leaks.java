package io.stranded.internal.recording.programs;

import static java.lang.Thread.State.BLOCKED;
import static java.lang.Thread.State.TERMINATED;
import static java.lang.Thread.State.TIMED_WAITING;
import static java.lang.Thread.State.WAITING;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Waits that never end, and the same that do.
 *
 * <p>On the line {@code release}, the program ends every wait that has a way to end; in leaking
 * mode it has forgotten how. Arguments: {@code leaking} or {@code healthy}, and {@code agent} to
 * make the agent's events.
 */
public final class Leaks {
  private static final String POISON = "no more";

  private static boolean agent;
  private static final List<Waiter> waiters = new ArrayList<>();
  private static final List<Runnable> releases = new ArrayList<>();

  /** A thread, with what the agent would say of its wait. */
  private record Waiter(
      Thread thread, boolean virtual, Thread.State state, @Nullable Thread owner) {
    boolean timed() {
      return state == TIMED_WAITING;
    }
  }

  private Leaks() {}

  /** Starts the waits, prints READY, and obeys {@code release}. */
  public static void main(String[] args) throws Exception {
    boolean leaking = args[0].equals("leaking");
    agent = List.of(args).contains("agent");
    startAll(leaking);
    awaitWaits();
    long since = System.currentTimeMillis();
    if (agent) {
      waiters.forEach(w -> AgentEvents.parked(w.thread, w.virtual, since, w.timed(), w.owner));
    }
    System.out.println("READY");
    while (true) {
      StringBuilder line = new StringBuilder();
      for (int c = System.in.read(); c != '\n'; c = System.in.read()) {
        if (c < 0) {
          return;
        }
        line.append((char) c);
      }
      if (line.toString().equals("release")) {
        if (!leaking) {
          release(since);
        }
        System.out.println("RELEASED");
      }
    }
  }

  private static void startAll(boolean leaking) throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    for (int i = 1; i <= 3; i++) {
      start("latch-" + i, false, () -> awaitLatch(latch));
    }
    releases.add(latch::countDown);

    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    start("consumer", false, () -> consume(queue));
    releases.add(() -> queue.add(POISON));

    Object monitor = new Object();
    boolean[] done = {false};
    start("notified", false, () -> awaitNotify(monitor, done));
    releases.add(
        () -> {
          synchronized (monitor) {
            done[0] = true;
            monitor.notifyAll();
          }
        });

    ReentrantLock lock = new ReentrantLock();
    CountDownLatch unlock = new CountDownLatch(1);
    Thread owner = thread("owner", () -> own(lock, unlock, leaking));
    if (leaking) {
      owner.join();
      if (agent) {
        AgentEvents.ended(owner, false);
      }
    } else {
      while (!lock.isLocked()) {
        Thread.sleep(10);
      }
      waiters.add(new Waiter(owner, false, WAITING, null));
    }
    waiters.add(new Waiter(thread("heir", lock::lock), false, WAITING, owner));
    releases.add(unlock::countDown);

    Object left = new Object();
    Object right = new Object();
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    Thread one = thread("fork-1", () -> takeBoth(left, right, bothHoldOne, leaking));
    Thread two = thread("fork-2", () -> takeBoth(right, left, bothHoldOne, leaking));
    if (leaking) {
      waiters.add(new Waiter(one, false, BLOCKED, two));
      waiters.add(new Waiter(two, false, BLOCKED, one));
    }

    start("timed", true, () -> awaitLatchInTime(new CountDownLatch(1)));
    if (Runtime.version().feature() >= 21) {
      CountDownLatch virtualLatch = new CountDownLatch(1);
      Thread virtual =
          (Thread)
              Thread.class
                  .getMethod("startVirtualThread", Runnable.class)
                  .invoke(null, (Runnable) () -> awaitVirtually(virtualLatch));
      if (agent) {
        AgentEvents.started(virtual, true);
      }
      waiters.add(new Waiter(virtual, true, WAITING, null));
      releases.add(virtualLatch::countDown);
    }
  }

  private static Thread thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    if (agent) {
      AgentEvents.started(thread, false);
    }
    return thread;
  }

  private static void start(String name, boolean timed, Runnable body) {
    waiters.add(new Waiter(thread(name, body), false, timed ? TIMED_WAITING : WAITING, null));
  }

  private static void awaitWaits() throws InterruptedException {
    for (Waiter waiter : waiters) {
      while (waiter.thread.getState() != waiter.state) {
        Thread.sleep(10);
      }
    }
  }

  private static void release(long since) throws InterruptedException {
    releases.forEach(Runnable::run);
    for (Waiter waiter : waiters) {
      if (!waiter.timed()) {
        while (waiter.thread.getState() != TERMINATED
            && waiter.thread.getState() != TIMED_WAITING) {
          Thread.sleep(10);
        }
        if (agent) {
          AgentEvents.unparked(waiter.thread, waiter.virtual, since);
        }
      }
    }
  }

  /** The leak: nothing unlocks in a finally block, and the owner ends early. */
  private static void own(ReentrantLock lock, CountDownLatch unlock, boolean leaking) {
    lock.lock();
    if (!leaking) {
      awaitLatch(unlock);
      lock.unlock();
    }
  }

  /** The leak: nobody minds the order. */
  private static void takeBoth(
      Object first, Object second, CountDownLatch bothHoldOne, boolean leaking) {
    synchronized (leaking ? first : bothHoldOne) {
      bothHoldOne.countDown();
      if (leaking) {
        awaitLatch(bothHoldOne);
      }
      synchronized (second) {
        System.out.println("took both");
      }
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitVirtually(CountDownLatch latch) {
    awaitLatch(latch);
  }

  private static void awaitLatchInTime(CountDownLatch latch) {
    try {
      boolean released = latch.await(1, TimeUnit.DAYS);
      System.out.println("timed wait over: " + released);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void consume(BlockingQueue<String> queue) {
    try {
      for (String item = queue.take(); !item.equals(POISON); item = queue.take()) {
        System.out.println(item);
      }
      TimeUnit.DAYS.sleep(1); // lives on, but not in that wait
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitNotify(Object monitor, boolean[] done) {
    synchronized (monitor) {
      while (!done[0]) {
        try {
          monitor.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
