package io.stranded.silence;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.silence.servers.Kind;
import io.stranded.testing.Jdk;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What was found in one image of a heap.
 *
 * @param server that was looked at
 * @param jdk it ran on
 * @param state it was in
 * @param image what was taken of it
 * @param profile of the image
 */
record Look(Kind server, Jdk jdk, State state, Image image, LeakProfile profile) {
  /** What names it in a table and a file name. */
  String name() {
    return String.join(
        "-",
        server.toString(),
        "" + jdk.feature(),
        state.toString(),
        image.name().toLowerCase(Locale.ROOT));
  }

  /** Threads proved to be leaked. */
  long proven() {
    return count(Look::isProven);
  }

  /** Threads that only an interrupt, or a weak or soft reference, could help. */
  long weaker() {
    return count(finding -> finding.verdict() == Verdict.LEAKED && !isProven(finding));
  }

  /** Threads whose verdict is inconclusive. */
  long inconclusive() {
    return count(finding -> finding.verdict() == Verdict.INCONCLUSIVE);
  }

  /** All findings but that of the planted thread. */
  List<Finding> findings() {
    return profile.findings().stream().filter(finding -> !isPlanted(finding)).toList();
  }

  /** What is said of the planted thread. */
  Optional<Finding> planted() {
    return profile.findings().stream().filter(Look::isPlanted).findFirst();
  }

  static boolean isPlanted(Finding finding) {
    return finding.threads().stream().allMatch(thread -> thread.name().equals(Host.PLANTED));
  }

  static boolean isProven(Finding finding) {
    return finding.verdict() == Verdict.LEAKED
        && finding.confidence().filter(Confidence.PROVEN::equals).isPresent();
  }

  private long count(Predicate<Finding> condition) {
    return findings().stream().filter(condition).mapToLong(Finding::count).sum();
  }
}
