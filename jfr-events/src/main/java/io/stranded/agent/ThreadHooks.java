package io.stranded.agent;

import io.stranded.events.EveryPark;
import io.stranded.events.ThreadExit;
import io.stranded.events.ThreadLeak;
import io.stranded.events.ThreadStart;
import io.stranded.events.WaitKind;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks do, one handler each; {@link HookClass} tells with what they are called.
 *
 * <p>These run inside the application's threads, in the middle of parking, so they hold no lock of
 * the application's kind, park nowhere, and make nothing per park but a mark in the slot. Events
 * that the handlers commit cannot bring them back here without end: a park within a commit only
 * rewrites the slot, whose report is taken out before the end of a wait is committed.
 */
final class ThreadHooks {
  private final SlotTable slots;
  private final CreationSites sites;
  private final WaitClock clock;

  ThreadHooks(SlotTable slots, CreationSites sites, WaitClock clock) {
    this.slots = slots;
    this.sites = sites;
    this.clock = clock;
  }

  /** Gives the slot of the current thread. */
  LongFunction<Object> park() {
    return new LongFunction<>() {
      @Override
      public Object apply(long threadId) {
        return parking(threadId, /* timed= */ false);
      }
    };
  }

  /** Gives the slot of the current thread. */
  LongFunction<Object> timedPark() {
    return new LongFunction<>() {
      @Override
      public Object apply(long threadId) {
        return parking(threadId, /* timed= */ true);
      }
    };
  }

  Consumer<Object> resume() {
    return new Consumer<>() {
      @Override
      public void accept(Object slot) {
        ((Slot) slot).resume();
      }
    };
  }

  ObjLongConsumer<Object> waiting() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Object monitor, long threadId) {
        waitingOn(monitor, threadId, /* timed= */ false);
      }
    };
  }

  ObjLongConsumer<Object> timedWaiting() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Object monitor, long threadId) {
        waitingOn(monitor, threadId, /* timed= */ true);
      }
    };
  }

  LongConsumer waited() {
    return new LongConsumer() {
      @Override
      public void accept(long threadId) {
        Slot slot = slots.find(threadId);
        if (slot != null) {
          slot.resume();
        }
      }
    };
  }

  ObjLongConsumer<Thread> start() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Thread started, long threadId) {
        // Otherwise start() is about to throw.
        if (started.getState() == Thread.State.NEW) {
          boolean virtual = JvmThreads.isVirtual(started);
          if (virtual && ThreadLeak.wanted()) {
            slots.obtain(started, threadId, sites.here());
          }
          ThreadStart.emit(started, threadId, virtual);
        }
      }
    };
  }

  ObjLongConsumer<Thread> exit() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Thread current, long threadId) {
        Slot slot = slots.remove(threadId);
        if (slot != null) {
          slot.resume();
        }
        ThreadExit.emit(current, threadId, JvmThreads.isVirtual(current));
      }
    };
  }

  private Slot parking(long threadId, boolean timed) {
    Slot slot = slots.obtain(threadId);
    slot.park(clock.now(), timed);
    if (clock.everyPark()) {
      tell(WaitKind.PARK, LockSupport.getBlocker(Thread.currentThread()), threadId, timed);
    }
    return slot;
  }

  private void waitingOn(Object monitor, long threadId, boolean timed) {
    slots.obtain(threadId).waitOn(monitor, clock.now(), timed);
    if (clock.everyPark()) {
      tell(WaitKind.WAIT, monitor, threadId, timed);
    }
  }

  private static void tell(WaitKind kind, @Nullable Object blocker, long threadId, boolean timed) {
    Thread current = Thread.currentThread();
    EveryPark.emit(current, threadId, JvmThreads.isVirtual(current), kind, blocker, timed);
  }
}
