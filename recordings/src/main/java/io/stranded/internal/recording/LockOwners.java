package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of the threads that hold the locks others wait for. */
final class LockOwners {
  private final Map<Long, Wait> waits = new HashMap<>();
  private final ThreadLedger ledger;
  private final Set<Long> inCycle = new HashSet<>();

  LockOwners(List<Wait> all, ThreadLedger ledger) {
    this.ledger = ledger;
    all.forEach(wait -> waits.put(wait.id(), wait));
    all.forEach(this::findCycle);
  }

  /** Why a lock is not released, if anything is known of its owner. */
  Optional<Cause> cause(Wait wait) {
    if (inCycle.contains(wait.id()) || wait.source() == Wait.Source.DEADLOCK_IN_DUMP) {
      return Optional.of(Cause.DEADLOCK);
    }
    if (wait.owner().isEmpty()) {
      return Optional.empty();
    }
    long owner = wait.owner().get();
    if (ledger.hasEnded(owner)) {
      return Optional.of(Cause.LOCK_OWNER_ENDED);
    }
    return waits.containsKey(owner) ? Optional.of(Cause.BEHIND_LEAKED_OWNER) : Optional.empty();
  }

  /** One sentence on the owner of what the thread waits for, if there is one. */
  Optional<String> describe(Wait wait) {
    return wait.owner()
        .map(
            owner -> {
              if (ledger.hasEnded(owner)) {
                return "the lock is held by thread #" + owner + ", which has ended";
              }
              Wait other = waits.get(owner);
              String name =
                  other != null
                      ? other.name()
                      : ledger.find(owner).map(ThreadRecord::name).orElse("");
              return "the lock is held by thread #%d%s%s"
                  .formatted(
                      owner,
                      name.isEmpty() ? "" : " \"" + name + "\"",
                      other != null
                          ? ", which waits itself in " + FrameText.place(other.stack())
                          : "");
            });
  }

  private void findCycle(Wait start) {
    Set<Long> path = new HashSet<>();
    Wait at = start;
    while (at != null && path.add(at.id())) {
      at = at.owner().map(waits::get).orElse(null);
    }
    if (at != null && at.id() == start.id()) {
      inCycle.add(start.id());
    }
  }
}
