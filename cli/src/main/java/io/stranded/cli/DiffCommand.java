package io.stranded.cli;

import io.stranded.report.DiffReport;
import io.stranded.report.ProfileDiff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stranded diff}. */
@Command(
    name = "diff",
    description = "Tells which leaks are new, grown, shrunk or gone between two reports.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "OLD and NEW are JSON reports, of which the last profile counts, or heap dumps. "
          + "Leaks are told apart by their fingerprints.",
      "",
      "Examples:",
      "  stranded diff monday.json tuesday.json",
      "  stranded diff --fail-on-leak release-1.hprof release-2.hprof",
    })
final class DiffCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "OLD", description = "The earlier report or heap dump.")
  @SuppressWarnings("NullAway.Init")
  private Path before;

  @Parameters(index = "1", paramLabel = "NEW", description = "The later report or heap dump.")
  @SuppressWarnings("NullAway.Init")
  private Path after;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ReportOptions.LineFormat format = ReportOptions.LineFormat.TEXT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "-",
      description = "Write the comparison to FILE; - is standard output (default).")
  private String output = "-";

  @Mixin private final FailureOption failure = new FailureOption();

  @Override
  public Integer call() throws IOException {
    ProfileDiff diff =
        ProfileDiff.of(
            failure.select(ProfileInput.read(before)), failure.select(ProfileInput.read(after)));
    String text =
        switch (format) {
          case TEXT -> DiffReport.toText(diff);
          case JSON -> DiffReport.toJson(diff) + "\n";
        };
    try (ReportOutput out = ReportOutput.named(output)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return failure.exitCode(diff);
  }
}
