package io.stranded.cli;

import io.stranded.finding.LeakProfile;
import io.stranded.recording.RecordingAnalyzer;
import io.stranded.recording.ReplayOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stranded replay}. */
@Command(
    name = "replay",
    description = "Lists the threads that still wait at the end of flight recordings.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Events alone prove nothing: whatever is found is a SUSPECT. A heap dump proves it.",
      "",
      "Examples:",
      "  stranded replay recording.jfr",
      "  stranded replay --min-age 10m monday.jfr tuesday.jfr",
      "  stranded replay /tmp/2026_11_21_10_15_30_4711     (a JFR repository directory)",
    })
final class ReplayCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Recordings (.jfr) or repository directories of one JVM.")
  @SuppressWarnings("NullAway.Init")
  private List<Path> inputs;

  @Option(
      names = "--min-age",
      paramLabel = "DURATION",
      defaultValue = "0s",
      converter = DurationConverter.class,
      description = "Leave out threads known to wait for less, such as 90s, 10m (default: 0s).")
  private Duration minAge = Duration.ZERO;

  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() throws IOException {
    try (ReportSink sink = report.open()) {
      LeakProfile profile =
          report.select(
              RecordingAnalyzer.analyze(inputs, ReplayOptions.defaults().withMinAge(minAge)));
      sink.accept(profile);
      return report.exitCode(profile.hasLeaks());
    }
  }
}
