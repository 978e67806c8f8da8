package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.heap.HeapThread;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows leaked threads from a lock to its owner, from a join to the joined, and finds cycles. */
final class OwnerChains {
  private final List<Candidate> candidates;
  private final LivenessFixpoint fixpoint;

  OwnerChains(List<Candidate> candidates, LivenessFixpoint fixpoint) {
    this.candidates = candidates;
    this.fixpoint = fixpoint;
  }

  /** Why a thread that waits for another one waits for ever; empty if it waits for no thread. */
  Optional<Cause> cause(int index) {
    BlockedOn blockedOn = candidates.get(index).blockedOn();
    if (awaited(blockedOn).isPresent()) {
      if (!cycle(index).isEmpty()) {
        return Optional.of(Cause.DEADLOCK);
      }
      return Optional.of(
          blockedOn instanceof BlockedOn.Join
              ? Cause.JOIN_ON_LEAKED_THREAD
              : Cause.BEHIND_LEAKED_OWNER);
    }
    boolean ownerEnded =
        blockedOn instanceof BlockedOn.OwnedLock || blockedOn instanceof BlockedOn.MonitorEnter;
    return ownerEnded ? Optional.of(Cause.LOCK_OWNER_ENDED) : Optional.empty();
  }

  /** What the chain says, in sentences. */
  List<String> evidence(int index) {
    List<Integer> cycle = cycle(index);
    if (!cycle.isEmpty()) {
      StringBuilder text = new StringBuilder(name(cycle.get(0)));
      for (int i = 1; i <= cycle.size(); i++) {
        text.append(i == 1 ? " waits for " : ", which waits for ");
        text.append(name(cycle.get(i % cycle.size())));
      }
      return List.of(text.toString());
    }
    return awaited(candidates.get(index).blockedOn())
        .map(thread -> List.of("it waits for \"" + thread.name() + "\", which is leaked itself"))
        .orElse(List.of());
  }

  /** The threads of the cycle that the thread is in, from the lowest id on; empty if in none. */
  private List<Integer> cycle(int start) {
    List<Integer> path = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    int index = start;
    while (index >= 0 && seen.add(index)) {
      path.add(index);
      index = awaited(candidates.get(index).blockedOn()).map(fixpoint::indexOf).orElse(-1);
    }
    if (index != start) {
      return List.of();
    }
    int lowest = 0;
    for (int i = 1; i < path.size(); i++) {
      if (id(path.get(i)) < id(path.get(lowest))) {
        lowest = i;
      }
    }
    List<Integer> rotated = new ArrayList<>(path.subList(lowest, path.size()));
    rotated.addAll(path.subList(0, lowest));
    return rotated;
  }

  private static Optional<HeapThread> awaited(BlockedOn blockedOn) {
    if (blockedOn instanceof BlockedOn.OwnedLock lock) {
      return lock.owner();
    }
    if (blockedOn instanceof BlockedOn.MonitorEnter enter) {
      return enter.owner();
    }
    return blockedOn instanceof BlockedOn.Join join ? Optional.of(join.joined()) : Optional.empty();
  }

  private long id(int index) {
    return candidates.get(index).thread().id();
  }

  private String name(int index) {
    return '"' + candidates.get(index).thread().name() + '"';
  }
}
