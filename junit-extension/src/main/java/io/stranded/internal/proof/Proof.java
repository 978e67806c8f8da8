package io.stranded.internal.proof;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was proved of our own threads.
 *
 * @param looks what was found, the latest look first; empty if there is no proof
 * @param how by what, or why there is none: one clause
 * @param took how long its looks took
 */
public record Proof(List<LeakProfile> looks, String how, Duration took) {
  /** No proof was asked for. */
  public static final Proof NONE = new Proof(List.of(), "", Duration.ZERO);

  public Proof {
    looks = List.copyOf(looks);
  }

  /** Whether there is one. */
  public boolean isThere() {
    return !looks.isEmpty();
  }

  /** The strongest finding that a thread is in, whatever its verdict; the latest one of these. */
  public Optional<Finding> of(long threadId) {
    return looks.stream()
        .flatMap(look -> look.findings().stream())
        .filter(finding -> finding.threads().stream().anyMatch(t -> t.id() == threadId))
        .min(Comparator.comparing(Proof::weakness));
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

  /** Whether it is of frozen images, in which a bare word on a stack may hold anything. */
  boolean isFrozen() {
    return looks.stream()
        .flatMap(look -> look.dump().stream())
        .anyMatch(dump -> dump.roots() == RootPrecision.FROZEN);
  }

  /** This one with a later look. What was proved once stays so. */
  Proof with(Proof later) {
    if (!later.isThere()) {
      return this;
    }
    return new Proof(
        Stream.concat(later.looks.stream(), looks.stream()).toList(),
        later.how,
        took.plus(later.took));
  }

  private static int weakness(Finding finding) {
    if (finding.verdict() != Verdict.LEAKED) {
      return 2;
    }
    return isProved(finding) ? 0 : 1;
  }

  private static boolean isProved(Finding finding) {
    return finding.verdict() == Verdict.LEAKED
        && finding.confidence().filter(c -> c == Confidence.PROVEN).isPresent();
  }
}
