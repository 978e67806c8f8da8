package io.stranded.cli;

import io.stranded.internal.recording.TakenFacts;
import io.stranded.snapshot.SnapshotFigures;
import io.stranded.watch.SnapshotTaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What is told of a snapshot that was taken for later analysis. */
final class TakenSnapshot {
  private TakenSnapshot() {}

  /**
   * Prints it.
   *
   * @param output where it went
   * @param facts where the thread facts went
   * @param verbose whether to say of what the pause was made
   * @return the exit code
   */
  static int tell(SnapshotTaker.Outcome outcome, Path output, Path facts, boolean verbose)
      throws IOException {
    String pause = "after a pause of " + outcome.figures().pause().toMillis() + " ms";
    if (verbose) {
      System.err.println(parts(outcome.figures()));
    }
    if (outcome.facts().isEmpty()) {
      System.out.println(
          "all of " + outcome.figures().threads() + " threads live: nothing written, " + pause);
      return ExitCode.DONE;
    }
    System.out.println(output + ": " + Files.size(output) / 1000 + " kB " + pause);
    System.out.println(
        facts
            + ": "
            + outcome.facts().get().threads().values().stream()
                .filter(TakenFacts.Seen::steady)
                .count()
            + " platform threads in one wait");
    return ExitCode.DONE;
  }

  private static String parts(SnapshotFigures figures) {
    return String.format(
        Locale.ROOT,
        "note: pause %.1f ms: %.1f until all threads stood still, %.1f for %d roots, %.1f for the"
            + " fork; then marking %d objects took %.0f ms",
        millis(figures.pause()),
        millis(figures.toFirstRoot()),
        millis(figures.roots()),
        figures.rootCount(),
        millis(figures.fork()),
        figures.objects(),
        millis(figures.marking()));
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
