package io.stranded.watch;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.Standing;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Tells of stuck threads beside leaked ones at the same place: whoever is leaked is not stuck. */
final class StuckBeside {
  private StuckBeside() {}

  /**
   * A finding without those who are proved to be leaked; empty if these are all.
   *
   * @param samePlace how the finding of the same fingerprint stands, if there is one
   * @param isLeaked whether a thread is in that finding
   */
  static Optional<Finding> leaked(
      Finding finding, Optional<Standing> samePlace, LongPredicate isLeaked) {
    if (finding.standing() != Standing.STUCK
        || samePlace.filter(standing -> standing == Standing.LEAKED).isEmpty()) {
      return Optional.of(finding);
    }
    List<FoundThread> others =
        finding.threads().stream().filter(thread -> !isLeaked.test(thread.id())).toList();
    if (others.size() == finding.count()) {
      return Optional.of(finding);
    }
    return others.isEmpty() ? Optional.empty() : Optional.of(finding.of(others));
  }
}
