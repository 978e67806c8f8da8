package io.stranded.finding;

import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * Threads of the target, by what became of them.
 *
 * @param total started and not ended
 * @param candidates waiting without a timeout
 * @param leaked of those, in a finding that is {@link Standing#LEAKED}
 * @param stuck of those, in a finding that is {@link Standing#STUCK}
 * @param inconclusive of those, in a finding that is {@link Standing#INCONCLUSIVE}
 * @param virtual of the total, virtual threads; empty where they were not told apart
 */
public record ThreadCounts(
    long total, long candidates, long leaked, long stuck, long inconclusive, OptionalLong virtual) {
  /** Counts without stuck threads that do not tell virtual threads apart. */
  public ThreadCounts(long total, long candidates, long leaked, long inconclusive) {
    this(total, candidates, leaked, /* stuck= */ 0, inconclusive, OptionalLong.empty());
  }

  /** Counts without stuck threads. */
  public ThreadCounts(
      long total, long candidates, long leaked, long inconclusive, OptionalLong virtual) {
    this(total, candidates, leaked, /* stuck= */ 0, inconclusive, virtual);
  }

  /** Counts for a profile of these findings. */
  public static ThreadCounts of(long total, long candidates, List<Finding> findings) {
    return new ThreadCounts(total, candidates, 0, 0, 0, OptionalLong.empty()).leaving(findings);
  }

  /** The number of threads in findings of one standing. */
  public static long count(Collection<Finding> findings, Standing standing) {
    return findings.stream()
        .filter(finding -> finding.standing() == standing)
        .mapToLong(Finding::count)
        .sum();
  }

  ThreadCounts leaving(List<Finding> findings) {
    return new ThreadCounts(
        total,
        candidates,
        count(findings, Standing.LEAKED),
        count(findings, Standing.STUCK),
        count(findings, Standing.INCONCLUSIVE),
        virtual);
  }
}
