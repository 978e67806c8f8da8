package io.stranded.liveness;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows leaked threads from a lock to its owner, from a join to the joined, and finds cycles. */
final class OwnerChains {
  private final List<Candidate> candidates;
  private final Cycles cycles;

  /** What to say of each cycle, made once for all its threads. */
  private final List<String> sentences = new ArrayList<>();

  OwnerChains(List<Candidate> candidates, LivenessFixpoint fixpoint) {
    this.candidates = candidates;
    this.cycles =
        new Cycles(
            candidates.size(),
            index -> candidates.get(index).blockedOn().awaited().map(fixpoint::indexOf).orElse(-1));
    for (int cycle = 0; cycle < cycles.count(); cycle++) {
      sentences.add(sentence(cycles.elements(cycle)));
    }
  }

  /** Why a thread that waits for another one waits for ever; empty if it waits for no thread. */
  Optional<Cause> cause(int index) {
    BlockedOn blockedOn = candidates.get(index).blockedOn();
    if (!blockedOn.isForThread()) {
      return Optional.empty();
    }
    if (blockedOn.awaited().isEmpty()) {
      return Optional.of(Cause.LOCK_OWNER_ENDED);
    }
    if (cycles.cycleOf(index) >= 0) {
      return Optional.of(Cause.DEADLOCK);
    }
    return Optional.of(
        blockedOn instanceof BlockedOn.Join
            ? Cause.JOIN_ON_LEAKED_THREAD
            : Cause.BEHIND_LEAKED_OWNER);
  }

  /** What the chain says, in sentences. */
  List<String> evidence(int index) {
    int cycle = cycles.cycleOf(index);
    if (cycle >= 0) {
      return List.of(sentences.get(cycle));
    }
    return candidates
        .get(index)
        .blockedOn()
        .awaited()
        .map(
            thread ->
                List.of("it waits for " + Summaries.label(thread) + ", which is leaked itself"))
        .orElse(List.of());
  }

  /** A cycle in one sentence, from the thread with the lowest id on. */
  private String sentence(List<Integer> cycle) {
    int lowest = 0;
    for (int i = 1; i < cycle.size(); i++) {
      if (id(cycle.get(i)) < id(cycle.get(lowest))) {
        lowest = i;
      }
    }
    StringBuilder text = new StringBuilder(name(cycle.get(lowest)));
    for (int i = 1; i <= cycle.size(); i++) {
      text.append(i == 1 ? " waits for " : ", which waits for ");
      text.append(name(cycle.get((lowest + i) % cycle.size())));
    }
    return text.toString();
  }

  private long id(int index) {
    return candidates.get(index).thread().id();
  }

  private String name(int index) {
    return Summaries.label(candidates.get(index).thread());
  }
}
