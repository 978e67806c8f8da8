package io.stranded.cli;

import io.stranded.internal.recording.TakenFacts;
import io.stranded.watch.DumpTaker;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stranded dump}. */
@Command(
    name = "dump",
    description = "Takes a heap dump for later analysis, with exact roots and thread facts.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A dump by other tools lacks what only scalar-replaced objects of compiled code hold, and",
      "cannot tell whether a thread has just been released. This one has the JVM bring such objects",
      "back first, and notes in FILE.threads.json which platform threads stayed in one wait.",
      "",
      "Examples:",
      "  stranded dump --output heap.hprof 4711",
      "  stranded analyze --threads heap.threads.json heap.hprof",
    })
final class DumpCommand implements Callable<Integer> {
  @Mixin private final TakeOptions take = new TakeOptions();

  @Option(names = "--no-agent", description = "Load nothing into the JVM: roots as dumped.")
  private boolean noAgent;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path output = take.output();
    Path facts = take.facts();
    TakenFacts taken;
    try {
      taken =
          new DumpTaker(!noAgent, System.err::println)
              .take(take.pid(), output, facts, take.settle());
    } catch (FileAlreadyExistsException e) {
      throw take.exists(e);
    }
    System.out.println(
        output
            + ": "
            + Files.size(output) / 1_000_000
            + " MB in "
            + Duration.between(taken.startedAt(), taken.finishedAt()).toMillis()
            + " ms, "
            + taken.roots().label()
            + " roots");
    System.out.println(
        facts
            + ": "
            + taken.threads().values().stream().filter(TakenFacts.Seen::steady).count()
            + " platform threads in one wait");
    return ExitCode.DONE;
  }
}
