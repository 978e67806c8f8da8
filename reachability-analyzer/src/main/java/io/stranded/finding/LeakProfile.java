package io.stranded.finding;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that one look at one JVM found.
 *
 * @param target the JVM, when known
 * @param takenAt when the dump was made or the recording ended; when the analysis ran if neither is
 *     known
 * @param dump what it was proved on; empty for events alone
 * @param threads counts over the whole target
 * @param findings most threads first
 * @param notes what the reader should know beside the findings: limits, threads kept alive on
 *     purpose, input that was damaged
 */
public record LeakProfile(
    Optional<Target> target,
    Instant takenAt,
    Optional<DumpInfo> dump,
    ThreadCounts threads,
    List<Finding> findings,
    List<String> notes) {
  public LeakProfile {
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }

  /** Whether any finding is proved to be a leak. */
  public boolean hasLeaks() {
    return findings.stream().anyMatch(f -> f.verdict() == Verdict.LEAKED);
  }
}
