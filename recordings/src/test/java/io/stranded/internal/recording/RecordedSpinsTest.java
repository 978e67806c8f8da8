package io.stranded.internal.recording;

import static io.stranded.internal.recording.Facts.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.internal.recording.RecordedFact.WaitOver;
import io.stranded.internal.trend.TrendLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who spins, by the thread dumps of a recording; one is taken each minute. */
final class RecordedSpinsTest {
  private static final String SPIN = "app.Main.spin(Main.java:7)";

  @Test
  void threadThatUsesAProcessorInOneMethodInAllDumpsSpins() {
    List<Finding> findings = findings(dumps(59_000, SPIN, SPIN, SPIN));
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).cause()).isEqualTo(Cause.SPINNING);
    assertThat(findings.get(0).threads().get(0).parkedFor()).contains(Duration.ofMinutes(2));
    assertThat(findings(dumps(59_000, SPIN, SPIN, "app.Main.spin(Main.java:8)"))).hasSize(1);
  }

  @Test
  void threadThatRestsNowAndThenDoesNot() {
    assertThat(findings(dumps(50_000, SPIN, SPIN, SPIN))).isEmpty();
    List<RecordedFact> slept = new ArrayList<>(dumps(59_000, SPIN, SPIN, SPIN));
    slept.add(new WaitOver(at(90), 1, Duration.ofMillis(20)));
    assertThat(findings(slept)).isEmpty();
  }

  @Test
  void threadThatIsElsewhereOrInNativeCodeDoesNot() {
    assertThat(findings(dumps(59_000, SPIN, SPIN))).as("seen but twice").isEmpty();
    assertThat(findings(dumps(59_000, SPIN, "app.Main.work(Main.java:9)", SPIN))).isEmpty();
    String select = "app.Net.poll(Native Method)";
    assertThat(findings(dumps(59_000, select, select, select))).isEmpty();
  }

  /** Dumps with one thread, which uses so many milliseconds of CPU time from one to the next. */
  private static List<RecordedFact> dumps(long millis, String... frames) {
    List<RecordedFact> dumps = new ArrayList<>();
    for (int i = 0; i < frames.length; i++) {
      String text =
          "\"t1\" #1 prio=5 cpu=%d.00ms elapsed=900.00s\n   java.lang.Thread.State: RUNNABLE\n"
              .formatted((i + 1) * millis);
      dumps.add(new ThreadDumpTaken(at(60L * i), text + "\tat " + frames[i] + "\n"));
    }
    return dumps;
  }

  private static List<Finding> findings(List<RecordedFact> facts) {
    ThreadLedger ledger = Facts.ledger(0, 180, facts);
    return Suspects.among(
            new OpenWaits(ledger, Duration.ofSeconds(10)), ledger, TrendLimits.DEFAULTS)
        .findings();
  }
}
