package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileDiff.Amount;
import io.stranded.report.ProfileDiff.Change;
import io.stranded.report.ProfileDiff.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProfileDiffTest {
  private static final Instant MONDAY = Instant.parse("2026-11-16T10:00:00Z");
  private static final Instant TUESDAY = Instant.parse("2026-11-17T10:00:00Z");

  private final LeakProfile before =
      profile(
          MONDAY,
          finding("a", Verdict.LEAKED, 2),
          finding("b", Verdict.LEAKED, 5),
          finding("c", Verdict.LEAKED, 1),
          finding("d", Verdict.LEAKED, 3),
          finding("e", Verdict.INCONCLUSIVE, 1));
  private final LeakProfile after =
      profile(
          TUESDAY,
          finding("a", Verdict.LEAKED, 4),
          finding("b", Verdict.LEAKED, 4),
          finding("d", Verdict.LEAKED, 3),
          finding("f", Verdict.LEAKED, 1),
          finding("e", Verdict.LEAKED, 1));
  private final ProfileDiff diff = ProfileDiff.of(before, after);

  @Test
  void findingsAreToldApartByTheirFingerprints() {
    assertThat(diff.changes().stream().map(c -> c.kind() + " " + c.finding().fingerprint()))
        .containsExactly("NEW f", "GROWN a", "GROWN e", "SHRUNK b", "GONE c", "UNCHANGED d");
    assertThat(diff.count(Kind.GROWN)).isEqualTo(2);
  }

  @Test
  void findingsOfOneFingerprintCountTogether() {
    ProfileDiff joined =
        ProfileDiff.of(
            profile(MONDAY, finding("a", Verdict.LEAKED, 5)),
            profile(
                TUESDAY, finding("a", Verdict.LEAKED, 3), finding("a", Verdict.INCONCLUSIVE, 2)));
    Change change = joined.changes().get(0);
    assertThat(joined.changes()).hasSize(1);
    assertThat(change.before()).isEqualTo(new Amount(5, 5, 0, 500));
    assertThat(change.after()).isEqualTo(new Amount(5, 3, 0, 500));
    assertThat(change.kind()).isEqualTo(Kind.SHRUNK);
  }

  @Test
  void onlyLeakedThreadsCountAsMoreLeaks() {
    assertThat(diff.leaksMore()).isTrue();
    assertThat(ProfileDiff.of(after, after).leaksMore()).isFalse();
    LeakProfile doubt = profile(TUESDAY, finding("g", Verdict.INCONCLUSIVE, 9));
    assertThat(ProfileDiff.of(profile(MONDAY), doubt).leaksMore()).isFalse();
    assertThat(ProfileDiff.of(doubt, profile(TUESDAY, finding("g", Verdict.LEAKED, 9))).leaksMore())
        .isTrue();
  }

  @Test
  void stuckThreadsAreCountedApartFromLeakedOnes() {
    LeakProfile leaked = profile(MONDAY, finding("g", Verdict.LEAKED, 2));
    LeakProfile stuck =
        profile(TUESDAY, finding("g", Verdict.LEAKED, 2), stuck(finding("g", Verdict.LEAKED, 3)));
    ProfileDiff more = ProfileDiff.of(leaked, stuck);
    assertThat(more.leaksMore()).isFalse();
    assertThat(more.sticksMore()).isTrue();
    assertThat(DiffReport.toText(more)).contains("2 -> 5 threads (2 leaked, 0 -> 3 stuck)");
    assertThat(ProfileDiff.of(stuck, leaked).sticksMore()).isFalse();
    assertThat(ProfileDiff.of(profile(MONDAY), stuck).leaksMore()).isTrue();
  }

  @Test
  void whatIsKnownBetterThanBeforeIsTheSame() {
    Finding known = finding("k", Verdict.LEAKED, 3).knownAs(List.of("a"));
    ProfileDiff learned =
        ProfileDiff.of(profile(MONDAY, finding("a", Verdict.LEAKED, 2)), profile(TUESDAY, known));
    assertThat(learned.changes()).extracting(Change::kind).containsExactly(Kind.GROWN);
    assertThat(learned.changes().get(0).before().threads()).isEqualTo(2);
    ProfileDiff forgotten =
        ProfileDiff.of(profile(MONDAY, known), profile(TUESDAY, finding("a", Verdict.LEAKED, 3)));
    assertThat(forgotten.changes()).extracting(Change::kind).containsExactly(Kind.UNCHANGED);
    ProfileDiff several =
        ProfileDiff.of(
            profile(MONDAY, finding("a", Verdict.LEAKED, 2)),
            profile(TUESDAY, known, finding("l", Verdict.LEAKED, 1).knownAs(List.of("a"))));
    assertThat(several.changes())
        .extracting(Change::kind)
        .containsExactly(Kind.NEW, Kind.NEW, Kind.GONE);
  }

  private static Finding stuck(Finding finding) {
    return new Finding(
        finding.fingerprint(),
        finding.verdict(),
        Optional.of(Confidence.INTERRUPT_ONLY),
        finding.cause(),
        finding.summary(),
        finding.blockedOn(),
        finding.threads(),
        finding.pinnedBytes(),
        finding.stack(),
        finding.createdBy(),
        finding.evidence());
  }

  @Test
  void whatMakesAComparisonDoubtfulIsNoted() {
    assertThat(diff.notes()).isEmpty();
    assertThat(ProfileDiff.of(after, before).notes())
        .containsExactly("the new profile was taken before the old one");
    assertThat(ProfileDiff.of(before, Samples.profile()).notes())
        .containsExactly(
            "one profile is of a heap dump and one of events alone, which prove nothing");
  }

  @Test
  void textIsTheGoldenOne() {
    assertThat(DiffReport.toText(diff)).isEqualTo(Template.text("golden-diff.txt"));
  }

  @Test
  void jsonConformsToItsSchema() throws Exception {
    JsonNode node = ProfileJson.MAPPER.readTree(DiffReport.toJson(diff));
    assertThat(
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(DiffReport.class.getResourceAsStream("leak-diff-1.schema.json"))
                .validate(node))
        .isEmpty();
    assertThat(node.at("/counts/grown").asLong()).isEqualTo(2);
    assertThat(node.at("/changes/1/old/threads").asLong()).isEqualTo(2);
    assertThat(node.at("/changes/1/new/threads").asLong()).isEqualTo(4);
    assertThat(ProfileJsonReader.finding(node.at("/changes/1/finding")))
        .isEqualTo(after.findings().get(0));
  }

  private static LeakProfile profile(Instant takenAt, Finding... findings) {
    return new LeakProfile(
        Optional.empty(),
        takenAt,
        Optional.empty(),
        ThreadCounts.of(20, 10, List.of(findings)),
        List.of(findings),
        List.of());
  }

  private static Finding finding(String fingerprint, Verdict verdict, int threads) {
    Finding model = Samples.consumers(1);
    return new Finding(
        fingerprint,
        verdict,
        model.confidence(),
        model.cause(),
        "threads wait for an element of an ArrayBlockingQueue that no live code can reach",
        model.blockedOn(),
        LongStream.range(0, threads)
            .mapToObj(i -> new FoundThread("t" + i, i, false, Optional.empty()))
            .toList(),
        100L * threads,
        model.stack(),
        model.createdBy(),
        model.evidence());
  }
}
