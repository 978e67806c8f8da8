package io.stranded.cli;

import io.stranded.finding.Confidence;
import io.stranded.finding.LeakProfile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a report goes and what it looks like. */
final class ReportOptions {
  /** What a report looks like. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "-",
      description = "Write the report to FILE; - is standard output (default).")
  private String output = "-";

  @Option(
      names = "--confidence",
      paramLabel = "CONFIDENCE",
      defaultValue = "PROVEN",
      description = {
        "Weakest confidence to report: PROVEN, INTERRUPT_ONLY or WEAKLY_HELD",
        "(default: ${DEFAULT-VALUE})."
      },
      converter = ConfidenceConverter.class)
  private Confidence confidence = Confidence.PROVEN;

  @Option(names = "--fail-on-leak", description = "Exit with 1 if a finding is LEAKED.")
  private boolean failOnLeak;

  /** The part of a profile that was asked for. */
  LeakProfile select(LeakProfile profile) {
    return profile.atLeast(confidence);
  }

  /** Opens the report's destination. */
  ReportSink open() throws IOException {
    return toStdout()
        ? ReportSink.toStandardOutput(format, CommandLine.Help.Ansi.AUTO.enabled())
        : ReportSink.toFile(Path.of(output), format);
  }

  /** The exit code after the given profile was reported. */
  int exitCode(boolean leaks) {
    return failOnLeak && leaks ? ExitCode.LEAKS_FOUND : ExitCode.DONE;
  }

  private boolean toStdout() {
    return output.equals("-");
  }

  /** Accepts {@code interrupt-only} as well as {@code INTERRUPT_ONLY}. */
  static final class ConfidenceConverter implements CommandLine.ITypeConverter<Confidence> {
    @Override
    public Confidence convert(String value) {
      String name = value.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
      try {
        return Confidence.valueOf(name);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(
            "expected proven, interrupt-only or weakly-held but was '" + value + "'");
      }
    }
  }
}
