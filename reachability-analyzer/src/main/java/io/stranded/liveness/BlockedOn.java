package io.stranded.liveness;

import io.stranded.internal.heap.HeapThread;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a candidate waits on. */
sealed interface BlockedOn {
  /** Word for reports, one of those that their schema has. */
  String kind();

  /** What can end the wait. */
  Ending ending();

  /** The object that it waits on; empty if there is none, or several are possible. */
  OptionalLong syncObject();

  /** The thread that it waits for, if that one has been started and has not ended. */
  default Optional<HeapThread> awaited() {
    return Optional.empty();
  }

  /** Whether only one thread could have ended the wait, which is {@link #awaited} or has ended. */
  default boolean isForThread() {
    return false;
  }

  /**
   * Parked on a blocker.
   *
   * @param blocker what it is parked on
   * @param label whether the blocker is no synchronizer of the JDK, but a mere sign of what the
   *     thread does: such code keeps the Thread to unpark it
   */
  record Parked(long blocker, boolean label) implements BlockedOn {
    @Override
    public String kind() {
      return "parked";
    }

    @Override
    public Ending ending() {
      return new Ending(List.of(blocker), List.of(), label);
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.of(blocker);
    }
  }

  /** Parked for a lock with an owner, which is empty if it has ended. */
  record OwnedLock(long lock, Optional<HeapThread> owner) implements BlockedOn {
    @Override
    public String kind() {
      return "lock";
    }

    @Override
    public Ending ending() {
      return Ending.byThreads(owner.stream().toList());
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.of(lock);
    }

    @Override
    public Optional<HeapThread> awaited() {
      return owner;
    }

    @Override
    public boolean isForThread() {
      return true;
    }
  }

  /**
   * In {@code Object.wait} on one of these.
   *
   * @param ways what leads live code to one of the monitors: themselves, or the class of their
   *     elements for the classes of arrays
   */
  record MonitorWait(List<Long> monitors, List<Long> ways) implements BlockedOn {
    @Override
    public String kind() {
      return "monitor-wait";
    }

    @Override
    public Ending ending() {
      return Ending.byObjects(ways);
    }

    @Override
    public OptionalLong syncObject() {
      return monitors.size() == 1 ? OptionalLong.of(monitors.get(0)) : OptionalLong.empty();
    }
  }

  /**
   * Entering a monitor that another thread owns.
   *
   * @param type class of the monitor; empty if it is not known
   */
  record MonitorEnter(HeapThread owner, Optional<String> type) implements BlockedOn {
    @Override
    public String kind() {
      return "monitor-enter";
    }

    @Override
    public Ending ending() {
      return Ending.byThreads(List.of(owner));
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<HeapThread> awaited() {
      return Optional.of(owner);
    }

    @Override
    public boolean isForThread() {
      return true;
    }
  }

  /**
   * Waiting until another thread has initialized a class, whatever happens.
   *
   * @param initializer that thread
   * @param type the class
   */
  record ClassInit(HeapThread initializer, String type) implements BlockedOn {
    @Override
    public String kind() {
      return "monitor-wait";
    }

    @Override
    public Ending ending() {
      return Ending.byThreads(List.of(initializer));
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<HeapThread> awaited() {
      return Optional.of(initializer);
    }

    @Override
    public boolean isForThread() {
      return true;
    }
  }

  /** In {@code Thread.join}: the end of that thread ends the wait. */
  record Join(HeapThread joined) implements BlockedOn {
    @Override
    public String kind() {
      return "join";
    }

    @Override
    public Ending ending() {
      return Ending.byThreads(List.of(joined));
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.of(joined.object().address());
    }

    @Override
    public Optional<HeapThread> awaited() {
      return Optional.of(joined);
    }

    @Override
    public boolean isForThread() {
      return true;
    }
  }

  /**
   * In {@code ReferenceQueue.remove}: whoever reaches the queue can end the wait, and so can the
   * collector, as long as a reference of this queue may come.
   */
  record References(long queue) implements BlockedOn {
    @Override
    public String kind() {
      return "parked";
    }

    @Override
    public Ending ending() {
      return Ending.byObjects(List.of(queue));
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.of(queue);
    }
  }

  /** Parked without a blocker: whoever has the Thread can unpark it. */
  record BarePark() implements BlockedOn {
    @Override
    public String kind() {
      return "bare-park";
    }

    @Override
    public Ending ending() {
      return new Ending(List.of(), List.of(), /* byHandle= */ true);
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.empty();
    }
  }

  /** Waiting on one of these, or on something the dump does not show. */
  record Unknown(List<Long> possible) implements BlockedOn {
    @Override
    public String kind() {
      return "unknown";
    }

    @Override
    public Ending ending() {
      return Ending.byObjects(possible);
    }

    @Override
    public OptionalLong syncObject() {
      return OptionalLong.empty();
    }
  }
}
