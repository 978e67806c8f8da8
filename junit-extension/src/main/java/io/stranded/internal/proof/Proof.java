package io.stranded.internal.proof;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * What was proved of our own threads at one moment.
 *
 * @param profile what was found; empty if there is no proof
 * @param how by what, or why there is none: one clause
 * @param took how long it took
 */
public record Proof(Optional<LeakProfile> profile, String how, Duration took) {
  /** No proof was asked for. */
  public static final Proof NONE = new Proof(Optional.empty(), "", Duration.ZERO);

  /** The finding that a thread is in, whatever its verdict. */
  public Optional<Finding> of(long threadId) {
    return profile.stream()
        .flatMap(found -> found.findings().stream())
        .filter(finding -> finding.threads().stream().anyMatch(t -> t.id() == threadId))
        .findFirst();
  }

  /** Whether no reference of any kind leads live code to what the thread waits on, or to it. */
  public boolean isStranded(long threadId) {
    return of(threadId).filter(Proof::isProved).isPresent();
  }

  /** Whether it is proved but for something that live code may still have of it. */
  boolean isHeld(long threadId) {
    return of(threadId).filter(finding -> finding.verdict() == Verdict.LEAKED).isPresent()
        && !isStranded(threadId);
  }

  private static boolean isProved(Finding finding) {
    return finding.verdict() == Verdict.LEAKED
        && finding.confidence().filter(c -> c == Confidence.PROVEN).isPresent();
  }
}
