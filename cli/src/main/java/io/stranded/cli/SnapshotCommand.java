package io.stranded.cli;

import io.stranded.watch.SnapshotTaker;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
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
      "The JVM stands still while its process is forked; the copy tells which threads "
          + "nothing live reaches, and writes what only they lead to: no live data. FILE is a "
          + "heap dump of that, and FILE.threads.json notes which platform threads stayed in "
          + "one wait. If all threads live, nothing is written. The library is loaded into "
          + "the JVM, and stays mapped there.",
      "",
      "It takes Linux on x86-64 or aarch64, and a JVM with another collector than ZGC; else one "
          + "line tells why not, with exit code 4.",
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
    return TakenSnapshot.tell(outcome, output, facts, main.isVerbose());
  }
}
