package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.report.FlameLayout.Box;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlameLayoutTest {
  private final LeakProfile profile = Samples.profile();
  private final FlameLayout layout = FlameLayout.of(profile);

  @Test
  void everyBoxStandsOnOneOfTheRowAbove() {
    assertThat(layout.boxes().get(0)).isEqualTo(new Box("all", 0, 0, 7));
    assertThat(layout.boxes())
        .filteredOn(box -> box.row() > 0)
        .allSatisfy(
            box ->
                assertThat(layout.boxes())
                    .filteredOn(
                        below ->
                            below.row() == box.row() - 1
                                && below.from() <= box.from()
                                && box.to() <= below.to())
                    .hasSize(1));
  }

  @Test
  void equalCallersShareABoxAndTheWidestComesFirst() {
    assertThat(layout.boxes())
        .filteredOn(box -> box.name().equals("java.lang.Thread.run"))
        .containsExactly(
            new Box("java.lang.Thread.run", 2, 0, 3), new Box("java.lang.Thread.run", 2, 4, 6));
    assertThat(layout.boxes())
        .filteredOn(box -> box.row() == 1)
        .containsExactly(
            new Box("LEAKED", 1, 0, 4),
            new Box("STUCK", 1, 4, 6),
            new Box("INCONCLUSIVE", 1, 6, 7));
  }

  @Test
  void findingsLieSideBySide() {
    assertThat(profile.findings().stream().map(layout::from)).containsExactly(0L, 4L, 3L, 6L);
  }

  @Test
  void stackDeeperThanOurOwnIsLaidOut() {
    Finding finding = Samples.consumers(1);
    Finding deep =
        new Finding(
            finding.fingerprint(),
            finding.verdict(),
            finding.confidence(),
            finding.cause(),
            finding.summary(),
            finding.blockedOn(),
            finding.threads(),
            0,
            Collections.nCopies(100_000, "app.Tree.walk(Tree.java:7)"),
            List.of(),
            List.of());
    LeakProfile deepProfile =
        new LeakProfile(
            profile.target(),
            profile.takenAt(),
            profile.dump(),
            profile.threads(),
            List.of(deep),
            List.of());
    assertThat(FlameLayout.of(deepProfile).rows()).isEqualTo(100_002);
  }
}
