package io.stranded.cli;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.internal.recording.RecordedJvm;
import io.stranded.internal.recording.RecordingAnalyzer;
import io.stranded.internal.recording.ReplayOptions;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "Events alone prove nothing: whatever is found is a SUSPECT. A heap dump proves "
          + "it. Inputs of several JVMs give a report for each of them.",
      "",
      "Examples:",
      "  stranded replay recording.jfr",
      "  stranded replay --min-age 10m monday.jfr tuesday.jfr",
      "  stranded replay --heap heap.hprof recording.jfr",
      "  stranded replay /tmp/2026_11_21_10_15_30_4711     (a JFR repository directory)",
      "  ssh web-3 cat recording.jfr.gz | stranded replay -",
    })
final class ReplayCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "INPUT",
      arity = "1..*",
      description =
          "Recordings (.jfr, plain, gzipped or in a zip), repository directories, or - for standard input.")
  @SuppressWarnings("NullAway.Init")
  private List<Path> inputs;

  @Option(
      names = "--heap",
      paramLabel = "DUMP",
      description =
          "A heap dump of the same JVM (.hprof): gives the findings of analyze, with what "
              + "the recordings tell of their threads. Best taken while the recording runs.")
  private @Nullable Path heap;

  @Option(
      names = "--min-age",
      paramLabel = "DURATION",
      defaultValue = "0s",
      converter = DurationConverter.class,
      description =
          "Without --heap: leave out threads that wait for less, such as 90s, 10m, and "
              + "those of which nothing tells how long: they are counted (default: 0s).")
  private Duration minAge = Duration.ZERO;

  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() throws IOException {
    try (ReportSink sink = report.open()) {
      List<LeakProfile> profiles = read();
      report.requireRoomFor(profiles.size());
      Optional<Standing> surest = Optional.empty();
      for (LeakProfile profile : profiles) {
        LeakProfile selected = report.select(profile);
        sink.accept(selected);
        surest = Standing.surer(surest, selected.surest());
      }
      return report.exitCode(surest);
    }
  }

  private List<LeakProfile> read() throws IOException {
    try (ProgressBar bar = new ProgressBar()) {
      List<RecordedJvm> jvms =
          RecordingAnalyzer.read(
              inputs, ReplayOptions.defaults().withMinAge(minAge).withProgress(bar));
      if (heap == null) {
        return jvms.stream().map(RecordedJvm::suspects).toList();
      }
      LeakAnalyzer analyzer =
          new LeakAnalyzer().explainsHolders(report.asksForWeakerThanProven()).progress(bar);
      return List.of(HeapJoin.analyze(heap, jvms, analyzer, ThreadFacts.NONE));
    }
  }
}
