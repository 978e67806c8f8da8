package io.stranded.finding;

import java.util.List;
import java.util.OptionalLong;

/**
 * Threads of the target, by what became of them.
 *
 * @param total started and not ended
 * @param candidates waiting without a timeout
 * @param leaked of those, in a finding with verdict {@link Verdict#LEAKED}
 * @param inconclusive of those, in a finding with verdict {@link Verdict#INCONCLUSIVE}
 * @param virtual of the total, virtual threads; empty where they were not told apart
 */
public record ThreadCounts(
    long total, long candidates, long leaked, long inconclusive, OptionalLong virtual) {
  /** Counts that do not tell virtual threads apart. */
  public ThreadCounts(long total, long candidates, long leaked, long inconclusive) {
    this(total, candidates, leaked, inconclusive, OptionalLong.empty());
  }

  /** Counts for a profile of these findings. */
  public static ThreadCounts of(long total, long candidates, List<Finding> findings) {
    return new ThreadCounts(
        total, candidates, count(findings, Verdict.LEAKED), count(findings, Verdict.INCONCLUSIVE));
  }

  ThreadCounts leaving(List<Finding> findings) {
    return new ThreadCounts(
        total,
        candidates,
        count(findings, Verdict.LEAKED),
        count(findings, Verdict.INCONCLUSIVE),
        virtual);
  }

  private static long count(List<Finding> findings, Verdict verdict) {
    return findings.stream()
        .filter(finding -> finding.verdict() == verdict)
        .mapToLong(Finding::count)
        .sum();
  }
}
