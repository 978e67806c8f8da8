package io.stranded.agent;

import io.stranded.events.EveryPark;
import io.stranded.events.Heartbeat;
import io.stranded.events.ThreadPark;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agent's thread: looks at all threads once a period and reports waits that have outlasted the
 * threshold, and those that ended with their threads. While no recording wants that, it does little
 * but sleep.
 */
final class Reporter implements Runnable {
  private static final String THREAD_NAME = "stranded-reporter";

  /** However long the period: so exact are the times at which waits begin. */
  private static final long LONGEST_TICK_MILLIS = 1000;

  private final HookedWaits hooked;
  private final SampledWaits sampled;
  private final CollectedThreads collected;
  private final SlotTable slots;
  private final WaitClock clock;
  private final HookClass hooks;
  private final HookWeaver weaver;
  private final Repeats repeats = new Repeats();
  private final Object monitor = new Object();
  private AgentOptions options;
  private @Nullable Thread thread;
  private boolean woken;
  private boolean complained;
  private boolean hooksMissing;
  private int open;

  Reporter(
      SlotTable slots,
      CreationSites sites,
      WaitClock clock,
      HookClass hooks,
      HookWeaver weaver,
      AgentOptions options) {
    this.slots = slots;
    this.clock = clock;
    this.hooks = hooks;
    this.weaver = weaver;
    this.options = options;
    this.hooked = new HookedWaits(slots, clock);
    this.sampled = new SampledWaits(slots);
    this.collected = new CollectedThreads(slots, sites);
  }

  /** Starts the thread. */
  void start() {
    Thread started = new Thread(null, this, THREAD_NAME, 0, /* inheritThreadLocals= */ false);
    started.setDaemon(true);
    // The creator's loader may be that of an application to be undeployed.
    started.setContextClassLoader(null);
    synchronized (monitor) {
      thread = started;
    }
    started.start();
  }

  /** Ends the thread and waits for it. */
  void stop() {
    Thread stopped;
    synchronized (monitor) {
      stopped = thread;
      thread = null;
      woken = true;
      monitor.notifyAll();
    }
    boolean interrupted = false;
    while (stopped != null && stopped.isAlive()) {
      try {
        stopped.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Goes on with other options and reports the open waits again. */
  void reconfigure(AgentOptions changed) {
    repeats.askNow();
    synchronized (monitor) {
      options = changed;
      woken = true;
      monitor.notifyAll();
    }
  }

  /** The requests to report open waits again. */
  Repeats repeats() {
    return repeats;
  }

  @Override
  public void run() {
    while (isWanted()) {
      try {
        repairHooks();
        clock.tellEveryPark(EveryPark.wanted());
        collected.look();
        if (ThreadPark.wanted()) {
          look();
        }
        complainOfHooks();
      } catch (Throwable e) {
        complainOnce("a look at the threads failed, the next is tried all the same: ", e);
      }
      pause();
    }
  }

  private boolean isWanted() {
    synchronized (monitor) {
      return thread == Thread.currentThread();
    }
  }

  private void pause() {
    synchronized (monitor) {
      long end = System.nanoTime() + options.period().toNanos();
      long left = options.period().toMillis();
      while (!woken && left > 0) {
        long tick = Math.min(left, LONGEST_TICK_MILLIS);
        clock.begin(System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(tick));
        try {
          monitor.wait(tick);
        } catch (InterruptedException e) {
          // Not ours: nothing interrupts this thread but an application that interrupts them all.
        }
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
      woken = false;
    }
  }

  private void look() {
    AgentOptions now;
    synchronized (monitor) {
      now = options;
    }
    clock.begin(System.nanoTime(), 0);
    boolean repeat = repeats.take(open, System.nanoTime());
    long threshold = now.threshold().toNanos();
    open =
        hooked.look(threshold, now.stackDepth(), repeat)
            + sampled.look(threshold, now.stackDepth(), repeat);
    Heartbeat.emit(slots.size(), open);
  }

  private void repairHooks() {
    try {
      weaver.repair();
      hooksMissing = false;
    } catch (IllegalStateException e) {
      if (!hooksMissing) {
        Agent.complain(
            "hooks are missing, another agent has changed the classes: " + e.getMessage());
      }
      hooksMissing = true;
    }
  }

  private void complainOfHooks() {
    Throwable failure = hooks.takeFailure();
    if (failure != null) {
      complainOnce("a hook failed, the application goes on: ", failure);
    }
  }

  private void complainOnce(String what, Throwable e) {
    if (!complained) {
      try {
        Agent.complain(what + e);
        complained = true;
      } catch (Throwable ignored) {
        // Out of memory, as it may be when there is something to complain of. Later, then.
      }
    }
  }
}
