package io.stranded.cli;

import static java.util.regex.Pattern.MULTILINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.recording.programs.Service;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Recordings on the command line: from standard input, with a heap dump, of two JVMs, as plots. */
@Execution(ExecutionMode.CONCURRENT)
class RecordingsIT {
  /** The headline, or the line below one that names suspects. */
  private static final Pattern UNKNOWN = Pattern.compile("^(cannot tell|not known): ", MULTILINE);

  @TempDir static Path shared;

  @TempDir Path directory;

  private static Path recording = Path.of("none");
  private static Path other = Path.of("none");
  private static Path heap = Path.of("none");

  @BeforeAll
  static void record() {
    try (ForkedJvm jvm = start()) {
      jvm.jcmd("JFR.dump", "filename=" + shared.resolve("first.jfr"));
      heap = jvm.heapDump(shared.resolve("heap.hprof"));
      recording = shared.resolve("service.jfr");
      jvm.jcmd("JFR.dump", "filename=" + recording);
    }
    try (ForkedJvm jvm = start()) {
      other = shared.resolve("other.jfr");
      jvm.jcmd("JFR.dump", "filename=" + other);
    }
  }

  @Test
  void recordingMayComeFromStandardInput() {
    Distribution.Result piped = Distribution.runWithInput(recording, "replay", "-");
    assertThat(piped.exitCode()).isZero();
    assertThat(piped.out())
        .containsPattern(UNKNOWN)
        .contains("price-import")
        .contains("note: standard input: no events of the Stranded agent");
    assertThat(piped.out().replace("standard input", "service.jfr"))
        .isEqualTo(Distribution.run("replay", recording.toString()).out());
    Distribution.Result nothing =
        Distribution.runWithInput(directory.resolve("empty"), "replay", "-");
    assertThat(nothing.exitCode()).isEqualTo(3);
    assertThat(nothing.err()).startsWith("stranded: -: empty");
  }

  @Test
  void heapDumpAndRecordingAreJoinedBothWays() {
    Distribution.Result replayed =
        Distribution.run(
            "replay", "--format", "json", "--fail-on-leak", "--heap", heap + "", recording + "");
    assertThat(replayed.exitCode()).isEqualTo(1);
    Distribution.Result analyzed =
        Distribution.run("analyze", "--format", "json", "--recording", recording + "", heap + "");
    assertThat(ProfileJsonReader.parse(analyzed.out()))
        .isEqualTo(ProfileJsonReader.parse(replayed.out()));
    assertThat(analyzed.out()).contains("Service.park(Service.java:");
    Distribution.Result mismatch = Distribution.run("replay", "--heap", heap + "", other + "");
    assertThat(mismatch.exitCode()).isEqualTo(3);
    assertThat(mismatch.err()).contains("heap.hprof: is not of the JVM that was recorded");
    assertThat(mismatch.err().lines()).hasSize(1);
  }

  @Test
  void severalJvmsGiveAReportEach() throws IOException {
    Path mixed = directory.resolve("mixed.jfr");
    Files.copy(other, mixed);
    Files.write(mixed, Files.readAllBytes(recording), StandardOpenOption.APPEND);
    Distribution.Result reports = Distribution.run("replay", mixed + "");
    assertThat(reports.exitCode()).isZero();
    assertThat(reports.out().lines().filter(UNKNOWN.asPredicate())).hasSize(2);
    Distribution.Result page = Distribution.run("replay", "--format", "html", mixed + "");
    assertThat(page.exitCode()).isEqualTo(2);
    assertThat(page.err()).contains("--format html is for one JVM, and the inputs are of 2");
    Distribution.Result proved = Distribution.run("replay", "--heap", heap + "", mixed + "");
    assertThat(proved.out()).contains("can never run again");
  }

  @Test
  void trendIsDrawn() throws IOException {
    Distribution.Result text = Distribution.run("trend", recording + "");
    assertThat(text.exitCode()).isZero();
    assertThat(text.out())
        .startsWith("Threads in io.stranded.internal.recording.programs.Service")
        .contains(
            "└──", "Service.importPrices(Service.java:", "20 started, 0 ended, 20 at the end");
    assertThat(Distribution.run("trend", "--top", "1", recording + "").out())
        .contains("more places: --top shows more");
    Path page = directory.resolve("trend.html");
    Distribution.run("trend", "--format", "html", "-o", page + "", recording + "");
    assertThat(page).content().startsWith("<!DOCTYPE html>").contains("<svg", "Service.mail(");
    assertThat(Distribution.run("trend", "--format", "svg", recording + "").out())
        .startsWith("<svg")
        .endsWith("</svg>\n");
  }

  private static ForkedJvm start() {
    return ForkedJvm.start(
        Jdk.current(),
        List.of(
            "-XX:FlightRecorderOptions:repository=" + shared,
            "-XX:StartFlightRecording",
            Service.class.getName(),
            "leaking",
            "10"));
  }
}
