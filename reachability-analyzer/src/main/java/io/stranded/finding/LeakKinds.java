package io.stranded.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Findings of one fingerprint are one kind of leak. One look at a JVM may judge threads of a kind
 * differently, which makes several findings. Two of them may be open at once: what is stuck, and
 * the surest of all others.
 */
public final class LeakKinds {
  private static final Comparator<Finding> SUREST_FIRST =
      Comparator.comparing(Finding::verdict)
          .thenComparing(finding -> finding.confidence().map(Enum::ordinal).orElse(-1));

  private static final String STUCK = "|stuck";

  private LeakKinds() {}

  /** What sets a finding apart from all others that may be open at once in its JVM. */
  public static String key(Finding finding) {
    return finding.standing() == Standing.STUCK
        ? stuckKey(finding.fingerprint())
        : finding.fingerprint();
  }

  /** The {@link #key} of what is stuck of a kind. */
  public static String stuckKey(String fingerprint) {
    return fingerprint + STUCK;
  }

  /** The fingerprint of a {@link #key}. */
  public static String fingerprint(String key) {
    return key.endsWith(STUCK) ? key.substring(0, key.length() - STUCK.length()) : key;
  }

  /**
   * The surest finding of each key. It keeps its threads and claims none of the others: they are
   * told by its evidence.
   */
  public static List<Finding> surest(List<Finding> findings) {
    Map<String, List<Finding>> kinds = new LinkedHashMap<>();
    for (Finding finding : findings) {
      kinds.computeIfAbsent(key(finding), kind -> new ArrayList<>()).add(finding);
    }
    return kinds.values().stream().map(LeakKinds::surestOf).toList();
  }

  /** Whether one finding is surer than another. */
  public static boolean isSurer(Finding one, Finding other) {
    return SUREST_FIRST.compare(one, other) < 0;
  }

  private static Finding surestOf(List<Finding> kind) {
    if (kind.size() == 1) {
      return kind.get(0);
    }
    List<Finding> sorted = kind.stream().sorted(SUREST_FIRST).toList();
    Finding surest = sorted.get(0);
    List<String> evidence = new ArrayList<>(surest.evidence());
    for (Finding other : sorted.subList(1, sorted.size())) {
      evidence.add("not among these: %s (%s)".formatted(other.summary(), other.standing()));
    }
    return surest.withEvidence(evidence);
  }
}
