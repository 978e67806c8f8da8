package io.stranded.cli;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.internal.terminal.Screen;
import io.stranded.internal.terminal.Terminal;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a report goes and what it looks like. */
final class ReportOptions {
  /** What a report looks like. */
  enum Format {
    TEXT,
    JSON,
    PPROF,
    FOLDED,
    HTML;

    /** Whether one file takes profile after profile. */
    boolean appends() {
      return this == TEXT || this == JSON;
    }

    boolean binary() {
      return this == PPROF;
    }
  }

  /** What can be printed line by line. */
  enum LineFormat {
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
      description =
          "Write the report to FILE; - is standard output (default). Text and JSON are "
              + "added to it profile by profile, by watch also to what earlier runs wrote; of the "
              + "other formats it keeps the latest.")
  private String output = "-";

  @Mixin private final FailureOption failure = new FailureOption();

  /** The part of a profile that was asked for. */
  LeakProfile select(LeakProfile profile) {
    return failure.select(profile);
  }

  /**
   * Opens the report's destination.
   *
   * @throws IllegalArgumentException if the format is not for that destination
   */
  ReportSink open() throws IOException {
    return open(/* toAdd= */ false);
  }

  /** The same, but what a file of lines has is kept, since more runs than one tell of a target. */
  ReportSink openToAdd() throws IOException {
    return open(format.appends());
  }

  private ReportSink open(boolean toAdd) throws IOException {
    boolean toStdout = output.equals("-");
    if (toStdout && format.binary() && Terminal.isStandardOutput()) {
      throw new IllegalArgumentException(
          "--format "
              + format.name().toLowerCase(Locale.ROOT)
              + " is binary and not for a terminal: give --output FILE or redirect it");
    }
    Screen screen = toStdout ? Screen.ofStandardOutput() : Screen.NONE;
    return new ReportSink(
        toAdd ? ReportOutput.endOfNamed(output) : ReportOutput.named(output), format, screen);
  }

  /** Whether findings were asked for by name that somebody still holds in some way. */
  boolean asksForWeakerThanProven() {
    return failure.asksForWeakerThanProven();
  }

  /**
   * Checks that so many profiles can be written.
   *
   * @throws IllegalArgumentException if the format is for one profile and there are more
   */
  void requireRoomFor(int profiles) {
    if (profiles > 1 && !format.appends()) {
      throw new IllegalArgumentException(
          "--format "
              + format.name().toLowerCase(Locale.ROOT)
              + " is for one JVM, and the inputs are of "
              + profiles
              + ": replay them one by one, or as text or json");
    }
  }

  /**
   * The exit code after findings were reported.
   *
   * @param surest how the surest of them stands; empty if there were none
   */
  int exitCode(Optional<Standing> surest) {
    return failure.exitCode(surest);
  }
}
