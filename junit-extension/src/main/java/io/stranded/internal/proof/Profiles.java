package io.stranded.internal.proof;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.ThreadCounts;
import io.stranded.snapshot.SnapshotFigures;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes profiles of snapshots that wrote nothing. */
final class Profiles {
  private Profiles() {}

  /** All threads live. */
  static LeakProfile allLive(SnapshotFigures figures) {
    return new LeakProfile(
        Optional.empty(),
        Instant.now(),
        Optional.of(
            new DumpInfo(
                /* complete= */ true, RootPrecision.FROZEN, figures.objects(), /* bytes= */ 0)),
        ThreadCounts.of(figures.threads(), figures.candidates(), List.of()),
        List.of(),
        List.of());
  }
}
