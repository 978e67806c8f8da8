package io.stranded.internal.recording;

import static io.stranded.internal.recording.Facts.at;
import static io.stranded.internal.recording.Facts.dump;
import static io.stranded.internal.recording.Facts.look;
import static io.stranded.internal.recording.Facts.startedVirtual;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.RecordedFact.EventsLost;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a recording does not tell is said, and never taken for health. */
final class UnknownsTest {
  private static final Pattern START = Pattern.compile("jcmd \\d+ (JFR.start \\S*),");

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @Test
  void recordingThatTellsOfNoWaitIsNotConclusive() {
    assertThat(unknowns(Duration.ZERO, Facts.started(1, 5, "A.a")))
        .containsExactly("no thread dumps in it, and no events of the Stranded agent");
    assertThat(unknowns(Duration.ZERO, look(50))).isEmpty();
    assertThat(unknowns(Duration.ZERO, dump(50, 1, "RUNNABLE", "1ms"))).isEmpty();
  }

  @Test
  void lostEventsVirtualThreadsAndOldDumpsAreNamed() {
    RecordedFact dump = dump(40, 1, "RUNNABLE", "1ms");
    assertThat(unknowns(Duration.ZERO, dump, new EventsLost(at(4), 1)))
        .containsExactly("the recorder lost events of a.jfr");
    assertThat(unknowns(Duration.ZERO, dump, startedVirtual(9, 3)))
        .containsExactly("what 1 virtual thread waits on is in no thread dump");
    assertThat(unknowns(Duration.ZERO, dump, look(40), new EventsLost(at(300), 0)))
        .as("the agent looked on")
        .doesNotContain("the recording goes on for 4 min after its last thread dump");
    assertThat(unknowns(Duration.ZERO, dump, Facts.started(8, 300, "A.a")))
        .containsExactly("the recording goes on for 4 min after its last thread dump");
  }

  @Test
  void minimumAgeSaysThatItHidesWaitsOfUnknownAge() {
    LeakProfile profile = profile(Duration.ofMinutes(1), dump(50, 1, "WAITING", "1ms"));
    assertThat(profile.findings()).isEmpty();
    assertThat(profile.unknowns()).containsExactly("a minimum age hides 1 wait of unknown age");
    assertThat(profile.notes())
        .anyMatch(note -> note.startsWith("1 thread waits for an unknown time"));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void commandThatIsNamedRecordsWhatWasMissing(Jdk jdk, @TempDir Path directory) throws Exception {
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking")) {
      jvm.jcmd("JFR.stop", "name=1");
      jvm.jcmd("JFR.start", "name=blind", "jdk.ThreadDump#enabled=false");
      Path blind = directory.resolve("blind.jfr");
      jvm.jcmd("JFR.dump", "name=blind", "filename=" + blind);
      LeakProfile nothing = RecordingAnalyzer.analyze(List.of(blind), ReplayOptions.defaults());
      assertThat(nothing.isConclusive()).isFalse();
      Matcher start = START.matcher(String.join("\n", nothing.notes()));
      assertThat(start.find()).isTrue();
      jvm.jcmd("JFR.stop", "name=blind");
      assertThat(jvm.jcmd(start.group(1).split(" "))).contains("Started recording");
      Path seeing = RealRecordings.dump(jvm, directory.resolve("seeing.jfr"));
      assertThat(RecordingAnalyzer.analyze(List.of(seeing), ReplayOptions.defaults()).findings())
          .isNotEmpty();
      assertThat(Files.size(seeing)).isPositive();
    }
  }

  private static List<String> unknowns(Duration minAge, RecordedFact... facts) {
    return profile(minAge, facts).unknowns();
  }

  private static LeakProfile profile(Duration minAge, RecordedFact... facts) {
    Coverage coverage = new Coverage("a.jfr");
    coverage.read();
    List.of(facts).forEach(coverage::count);
    return new RecordedJvm(
            Facts.ledger(0, 60, List.of(facts)),
            List.of(coverage),
            ReplayOptions.defaults().withMinAge(minAge))
        .suspects();
  }
}
