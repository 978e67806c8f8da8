package io.stranded.watch;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.snapshot.SnapshotFigures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes profiles of what snapshots have shown. */
final class FrozenProfiles {
  private FrozenProfiles() {}

  /** What a snapshot says of which all threads live. */
  static LeakProfile nothingLeaked(Target target, SnapshotFigures figures, Instant at) {
    return new LeakProfile(
        Optional.of(target),
        at,
        Optional.of(
            new DumpInfo(
                /* complete= */ true, RootPrecision.FROZEN, figures.objects(), /* bytes= */ 0)),
        counts(figures, List.of()),
        List.of(),
        List.of());
  }

  /** What the analyzer says of an island, with the threads of the whole JVM. */
  static LeakProfile counted(LeakProfile profile, SnapshotFigures figures) {
    return with(profile, profile.findings(), counts(figures, profile.findings()));
  }

  /** Of each kind of leak what the look says that has seen most of it. */
  static LeakProfile union(List<LeakProfile> profiles) {
    if (profiles.size() == 1) {
      return profiles.get(0);
    }
    Map<String, Finding> best = new LinkedHashMap<>();
    LeakProfile fullest = profiles.get(0);
    for (LeakProfile profile : profiles) {
      for (Finding finding : LeakKinds.surest(profile.findings())) {
        best.merge(LeakKinds.key(finding), finding, FrozenProfiles::fuller);
      }
      fullest = profile.findings().size() > fullest.findings().size() ? profile : fullest;
    }
    List<Finding> findings = apart(best);
    return with(
        fullest,
        findings,
        ThreadCounts.of(fullest.threads().total(), fullest.threads().candidates(), findings));
  }

  /** Whoever one look has seen to be leaked is not stuck, whatever another one says. */
  private static List<Finding> apart(Map<String, Finding> best) {
    List<Finding> apart = new ArrayList<>();
    for (Finding finding : best.values()) {
      Optional<Finding> leaked = Optional.ofNullable(best.get(finding.fingerprint()));
      StuckBeside.leaked(
              finding,
              leaked.map(Finding::standing),
              id -> leaked.stream().flatMap(f -> f.threads().stream()).anyMatch(t -> t.id() == id))
          .ifPresent(apart::add);
    }
    return apart;
  }

  private static Finding fuller(Finding one, Finding other) {
    if (LeakKinds.isSurer(one, other) || LeakKinds.isSurer(other, one)) {
      return LeakKinds.isSurer(one, other) ? one : other;
    }
    return other.count() > one.count() ? other : one;
  }

  private static LeakProfile with(
      LeakProfile profile, List<Finding> findings, ThreadCounts counts) {
    return new LeakProfile(
        profile.target(), profile.takenAt(), profile.dump(), counts, findings, profile.notes());
  }

  private static ThreadCounts counts(SnapshotFigures figures, List<Finding> findings) {
    return ThreadCounts.of(figures.threads(), figures.candidates(), findings);
  }
}
