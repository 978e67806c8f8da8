package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.ThreadCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextReportTest {
  private final LeakProfile profile = Samples.profile();

  @Test
  void reportIsTheGoldenOne() {
    assertThat(TextReport.of(profile, false)).isEqualTo(Template.text("golden-report.txt"));
  }

  @Test
  void coloursAreAllThatTheyAdd() {
    String coloured = TextReport.of(profile, true);
    assertThat(coloured).contains("\u001b[31;1mLEAKED\u001b[0m");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", ""))
        .isEqualTo(TextReport.of(profile, false));
  }

  @Test
  void findingAloneLooksAsInAReport() {
    assertThat(TextReport.of(profile, false))
        .contains(TextReport.of(profile.findings().get(1), false));
  }

  @Test
  void nothingFoundIsThreeLines() {
    LeakProfile nothing =
        new LeakProfile(
            Optional.empty(),
            Instant.EPOCH,
            Optional.of(new DumpInfo(true, RootPrecision.EXACT, 7, 2048)),
            ThreadCounts.of(3, 1, List.of()),
            List.of(),
            List.of());
    assertThat(TextReport.of(nothing, false))
        .isEqualTo(
            """
            0 threads can never run again
            3 threads, 1 waiting without a timeout; 7 objects, 2.0 KiB, exact roots

            """);
  }

  @Test
  void noNameReachesTheTerminalWithControlCharacters() {
    LeakProfile hostile =
        new LeakProfile(
            profile.target(),
            profile.takenAt(),
            profile.dump(),
            profile.threads(),
            profile.findings(),
            List.of("\"" + Samples.HOSTILE_NAME + "\" waits for ever"));
    assertThat(TextReport.of(hostile, false)).doesNotContain("\u001b", "\u202e");
  }
}
