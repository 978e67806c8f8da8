package io.stranded.watch;

import io.stranded.finding.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who has the Threads of suspects that are in no wait whose end somebody could hold: the first of
 * each finding is asked about, once. A new finding is kept back for a moment, so that it tells.
 */
final class HeldThreads {
  /** Since when a finding is there, by its fingerprint. */
  private final Map<String, Instant> since = new HashMap<>();

  /** Those that were told without a holder, and of these the ones of which it is known by now. */
  private final Set<String> unheld = new HashSet<>();

  private final Set<String> learned = new HashSet<>();
  private final Holders holders;
  private final Duration patience;

  /**
   * Knows no finding yet.
   *
   * @param patience for how long a finding is kept back where no snapshot tells
   */
  HeldThreads(Holders holders, Duration patience) {
    this.holders = holders;
    this.patience = patience;
  }

  /**
   * The findings that are to be told, with who has their threads.
   *
   * @param waiting threads that are asked about by what they wait on
   */
  List<Finding> told(List<Finding> found, Set<Long> waiting, Instant now) {
    Map<String, Long> firsts = new LinkedHashMap<>();
    for (Finding finding : found) {
      long first = finding.threads().get(0).id();
      if (!waiting.contains(first) && !finding.threads().get(0).virtual()) {
        firsts.put(finding.fingerprint(), first);
      }
    }
    holders.follow(firsts);
    since.keySet().retainAll(firsts.keySet());
    unheld.retainAll(firsts.keySet());
    List<Finding> told = new ArrayList<>();
    for (Finding finding : found) {
      if (firsts.containsKey(finding.fingerprint())) {
        told(finding, now).ifPresent(told::add);
      } else {
        told.add(finding);
      }
    }
    return told;
  }

  /** The fingerprints of those that tell it since the last call, and were told before without. */
  Set<String> takeLearned() {
    Set<String> taken = Set.copyOf(learned);
    learned.clear();
    return taken;
  }

  private Optional<Finding> told(Finding finding, Instant now) {
    Instant begun = since.computeIfAbsent(finding.fingerprint(), key -> now);
    if (now.isBefore(begun.plus(patience)) && !holders.isAnswered(finding.fingerprint())) {
      return Optional.empty();
    }
    Optional<String> holder = holders.ofThread(finding.fingerprint());
    if (holder.isEmpty()) {
      unheld.add(finding.fingerprint());
      return Optional.of(finding);
    }
    if (unheld.remove(finding.fingerprint())) {
      learned.add(finding.fingerprint());
    }
    List<String> evidence = new ArrayList<>(finding.evidence());
    evidence.add(
        (finding.count() == 1 ? "its Thread is held by " : "the Thread of the first is held by ")
            + holder.get());
    return Optional.of(finding.withEvidence(evidence));
  }
}
