package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
  void headlineTellsWhatIsStuckApart() {
    List<Finding> all = profile.findings();
    assertThat(headline(all.get(0))).isEqualTo("3 threads can never run again");
    assertThat(headline(all.get(1)))
        .isEqualTo("2 threads are stuck for ever unless somebody interrupts them");
    assertThat(headline(all.get(0), all.get(1)))
        .isEqualTo(
            "3 threads can never run again, 2 more are stuck for ever unless somebody interrupts"
                + " them");
  }

  private String headline(Finding... findings) {
    return TextReport.headline(
        new LeakProfile(
            profile.target(),
            profile.takenAt(),
            profile.dump(),
            ThreadCounts.of(9, 9, List.of(findings)),
            List.of(findings),
            List.of()));
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
  void whatCannotBeToldIsNotCalledHealthy() {
    LeakProfile incomplete = of(Optional.of(new DumpInfo(false, RootPrecision.EXACT, 7, 2048)));
    assertThat(TextReport.headline(incomplete)).isEqualTo("cannot tell: the dump is incomplete");
    LeakProfile events = of(Optional.empty());
    assertThat(TextReport.headline(events)).isEqualTo("no suspects");
    LeakProfile blind = events.withUnknowns(List.of("no thread dumps in it", "part is missing"));
    assertThat(TextReport.of(blind, false))
        .startsWith("cannot tell: no thread dumps in it\nnot known: part is missing\n3 threads,");
    assertThat(ProfileJsonReader.parse(ProfileJson.toLine(blind))).isEqualTo(blind);
    assertThat(ProfileJson.toNode(blind).get("conclusive").asBoolean(true)).isFalse();
    assertThat(ProfileJson.toNode(events).get("conclusive").asBoolean(false)).isTrue();
    assertThat(HtmlReport.of(blind))
        .contains("cannot tell: no thread dumps in it", "Nothing was found, which means little")
        .doesNotContain("No thread was found that can never run again");
    assertThat(HtmlReport.of(events)).contains("No thread is suspected");
    assertThat(ProfileDiff.of(events, blind).notes())
        .anyMatch(note -> note.contains("the new profile is not conclusive"));
  }

  @Test
  void virtualThreadsAreCountedApart() {
    LeakProfile profile =
        new LeakProfile(
            Optional.of(new Target("shop", "1", Target.UNKNOWN, 0, "17")),
            Instant.EPOCH,
            Optional.empty(),
            new ThreadCounts(10, 3, 0, 0, 0, OptionalLong.of(4)),
            List.of(),
            List.of());
    assertThat(TextReport.of(profile, false))
        .isEqualTo("no suspects in shop\n6 threads and 4 virtual, 3 waiting without a timeout\n\n");
    assertThat(ProfileJsonReader.parse(ProfileJson.toLine(profile))).isEqualTo(profile);
    assertThat(HtmlReport.of(profile)).contains("virtual threads").doesNotContain("pid 0");
  }

  private static LeakProfile of(Optional<DumpInfo> dump) {
    return new LeakProfile(
        Optional.empty(),
        Instant.EPOCH,
        dump,
        ThreadCounts.of(3, 1, List.of()),
        List.of(),
        List.of());
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
