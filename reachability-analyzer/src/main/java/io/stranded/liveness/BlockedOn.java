package io.stranded.liveness;

import io.stranded.heap.HeapThread;
import java.util.List;
import java.util.Optional;

/** What a candidate waits on, and so what can end its wait. */
sealed interface BlockedOn {
  /** Word for reports. */
  String kind();

  /** Parked on a blocker: whoever reaches it can end the wait. */
  record Parked(long blocker) implements BlockedOn {
    @Override
    public String kind() {
      return "parked";
    }
  }

  /**
   * Parked for a lock with an owner: only the owner, or empty if it has ended, can end the wait.
   */
  record OwnedLock(long lock, Optional<HeapThread> owner) implements BlockedOn {
    @Override
    public String kind() {
      return "lock";
    }
  }

  /** In {@code Object.wait} on one of these: whoever reaches the monitor can end the wait. */
  record MonitorWait(List<Long> monitors) implements BlockedOn {
    @Override
    public String kind() {
      return "monitor-wait";
    }
  }

  /** Entering a monitor: only its owner, or empty if it has ended, can end the wait. */
  record MonitorEnter(Optional<HeapThread> owner) implements BlockedOn {
    @Override
    public String kind() {
      return "monitor-enter";
    }
  }

  /** In {@code Thread.join}: the end of that thread ends the wait. */
  record Join(HeapThread joined) implements BlockedOn {
    @Override
    public String kind() {
      return "join";
    }
  }

  /** Parked without a blocker: whoever has the Thread can end the wait. */
  record BarePark() implements BlockedOn {
    @Override
    public String kind() {
      return "bare-park";
    }
  }

  /** Waiting on one of these, or on something the dump does not show. */
  record Unknown(List<Long> possible) implements BlockedOn {
    @Override
    public String kind() {
      return "unknown";
    }
  }
}
