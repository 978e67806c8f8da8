package io.stranded.agent;

import io.stranded.events.ThreadExit;
import io.stranded.events.ThreadStart;
import java.util.function.ObjLongConsumer;

/**
 * What the hooks do, one handler each, called with the subject of the {@link Hook} and a thread id.
 *
 * <p>These run inside the application's threads, in the middle of parking, so they hold no lock of
 * the application's kind, park nowhere, and make nothing per park but a time stamp. Events that the
 * handlers commit cannot bring them back here without end: a park within a commit only rewrites the
 * slot, whose report is taken out before the end of a wait is committed.
 */
final class ThreadHooks {
  private final SlotTable slots;

  ThreadHooks(SlotTable slots) {
    this.slots = slots;
  }

  ObjLongConsumer<Thread> park() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Thread current, long threadId) {
        slots.obtain(current, threadId).park(/* timed= */ false);
      }
    };
  }

  ObjLongConsumer<Thread> timedPark() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Thread current, long threadId) {
        slots.obtain(current, threadId).park(/* timed= */ true);
      }
    };
  }

  ObjLongConsumer<Object> waiting() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Object monitor, long threadId) {
        slots.obtain(Thread.currentThread(), threadId).waitOn(monitor, /* timed= */ false);
      }
    };
  }

  ObjLongConsumer<Object> timedWaiting() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Object monitor, long threadId) {
        slots.obtain(Thread.currentThread(), threadId).waitOn(monitor, /* timed= */ true);
      }
    };
  }

  ObjLongConsumer<Thread> resume() {
    return new ObjLongConsumer<>() {
      @Override
      public void accept(Thread current, long threadId) {
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
          ThreadStart.emit(started, threadId, JvmThreads.isVirtual(started));
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
}
