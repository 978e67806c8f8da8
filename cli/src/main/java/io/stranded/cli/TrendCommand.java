package io.stranded.cli;

import io.stranded.internal.recording.RecordedJvm;
import io.stranded.internal.recording.RecordingAnalyzer;
import io.stranded.internal.recording.ReplayOptions;
import io.stranded.internal.recording.TrendReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stranded trend}. */
@Command(
    name = "trend",
    description = "Plots the numbers of threads in flight recordings, by where they were started.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Baseline is the most threads in the first five minutes (or the first third, if "
          + "shorter). It is a WARNING when there are never fewer than half as many again, "
          + "and 20 more, for a minute; CRITICAL at three times as many, and 100 more.",
      "",
      "Examples:",
      "  stranded trend recording.jfr",
      "  stranded trend --format html --output trend.html monday.jfr tuesday.jfr",
    })
final class TrendCommand implements Callable<Integer> {
  /** What a plot looks like. */
  enum Format {
    TEXT,
    SVG,
    HTML,
    JSON
  }

  @Parameters(
      paramLabel = "INPUT",
      arity = "1..*",
      description =
          "Recordings (.jfr, plain, gzipped or in a zip), repository directories, or - for standard input.")
  @SuppressWarnings("NullAway.Init")
  private List<Path> inputs;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "10",
      description = "Show so many places, rising ones first (default: ${DEFAULT-VALUE}).")
  private int top = 10;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "-",
      description = "Write the plot to FILE; - is standard output (default).")
  private String output = "-";

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new IllegalArgumentException("--top must be at least 1 but was " + top);
    }
    List<RecordedJvm> jvms;
    try (ProgressBar bar = new ProgressBar()) {
      jvms = RecordingAnalyzer.read(inputs, ReplayOptions.defaults().withProgress(bar));
    }
    if (jvms.size() > 1 && format != Format.TEXT && format != Format.JSON) {
      throw new IllegalArgumentException(
          "--format "
              + format.name().toLowerCase(Locale.ROOT)
              + " is for one JVM, and the inputs are of "
              + jvms.size()
              + ": plot them one by one, or as text or json");
    }
    try (ReportOutput out = ReportOutput.named(output)) {
      for (RecordedJvm jvm : jvms) {
        out.write(draw(jvm.trends()).getBytes(StandardCharsets.UTF_8));
      }
    }
    return ExitCode.DONE;
  }

  private String draw(TrendReport report) {
    return switch (format) {
      case TEXT -> TrendText.of(report, top);
      case SVG -> TrendPicture.of(report, top);
      case HTML -> TrendPage.of(report, top);
      case JSON -> TrendJson.of(report, top);
    };
  }
}
