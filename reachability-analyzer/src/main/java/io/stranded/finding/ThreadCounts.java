package io.stranded.finding;

/**
 * Threads of the target, by what became of them.
 *
 * @param total started and not ended
 * @param candidates waiting without a timeout
 * @param leaked of those, in a finding with verdict {@link Verdict#LEAKED}
 * @param inconclusive of those, in a finding with verdict {@link Verdict#INCONCLUSIVE}
 */
public record ThreadCounts(long total, long candidates, long leaked, long inconclusive) {}
