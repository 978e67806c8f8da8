package io.stranded.cli;

import io.stranded.internal.recording.TakenFacts;
import io.stranded.snapshot.SnapshotFigures;
import io.stranded.watch.SnapshotTaker;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code stranded snapshot}. */
@Command(
    name = "snapshot",
    description = "Takes only what leaked threads hold, with a far shorter pause than a heap dump.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The JVM stands still while its process is forked; the copy tells which",
      "threads nothing live reaches, and writes what only they lead to: no live",
      "data. FILE is a heap dump of that, and FILE.threads.json notes which platform",
      "threads stayed in one wait. If all threads live, nothing is written. The",
      "library is loaded into the JVM, and stays mapped there.",
      "",
      "It takes Linux on x86-64 or aarch64, and a JVM of the same user and container",
      "with another collector than ZGC; else one line tells why not, with exit code 4.",
      "",
      "Examples:",
      "  stranded snapshot --output leaks.hprof 4711",
      "  stranded analyze --threads leaks.threads.json leaks.hprof",
    })
final class SnapshotCommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Main main;

  @Mixin private final TakeOptions take = new TakeOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path output = take.output();
    Path facts = take.facts();
    SnapshotTaker.Outcome outcome;
    try {
      outcome = new SnapshotTaker().take(take.pid(), output, facts, take.settle());
    } catch (FileAlreadyExistsException e) {
      throw take.exists(e);
    }
    String pause = "after a pause of " + outcome.figures().pause().toMillis() + " ms";
    if (main.isVerbose()) {
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
