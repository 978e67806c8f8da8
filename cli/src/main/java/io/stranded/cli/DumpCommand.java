package io.stranded.cli;

import io.stranded.internal.recording.TakenFacts;
import io.stranded.watch.DumpTaker;
import io.stranded.watch.NoSnapshotException;
import io.stranded.watch.SnapshotTaker;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code stranded dump}. */
@Command(
    name = "dump",
    description = "Takes what later analysis needs of a JVM: a snapshot, or else a heap dump.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A snapshot stops the JVM for milliseconds, has what only leaked threads hold, "
          + "and leaves nothing in doubt that dumps do: see stranded snapshot --help. Where "
          + "there can be none, with ZGC or on other systems than Linux, and with any of the "
          + "options for it, this is a dump of the whole heap.",
      "",
      "A dump by other tools lacks what only scalar-replaced objects of compiled code "
          + "hold, and cannot tell whether a thread has just been released. This one has the "
          + "JVM bring such objects back first. FILE.threads.json notes which platform "
          + "threads stayed in one wait.",
      "",
      "Examples:",
      "  stranded dump --output heap.hprof 4711",
      "  stranded dump --whole-heap --gc --output heap.hprof 4711",
      "  stranded analyze --threads heap.threads.json heap.hprof",
    })
final class DumpCommand implements Callable<Integer> {
  @Mixin private final TakeOptions take = new TakeOptions();

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Main main;

  @Option(
      names = "--whole-heap",
      description = "Dump the whole heap, even where a snapshot would do.")
  private boolean wholeHeap;

  @Option(
      names = "--gc",
      description =
          "Dump the whole heap after a garbage collection: that takes longer, and no "
              + "garbage is in the way of a proof.")
  private boolean collectsFirst;

  @Option(
      names = "--no-agent",
      description = "Dump the whole heap, and load nothing into the JVM: roots as dumped.")
  private boolean noAgent;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path output = take.output();
    Path facts = take.facts();
    if (!wholeHeap && !collectsFirst && !noAgent) {
      try {
        SnapshotTaker.Outcome outcome =
            new SnapshotTaker().take(take.pid(), output, facts, take.settle());
        return TakenSnapshot.tell(outcome, output, facts, main.isVerbose());
      } catch (NoSnapshotException e) {
        System.err.println("stranded: " + e.getMessage() + "; a dump of the whole heap instead");
      } catch (FileAlreadyExistsException e) {
        throw take.exists(e);
      }
    }
    return dump(output, facts);
  }

  private int dump(Path output, Path facts) throws IOException, InterruptedException {
    TakenFacts taken;
    try {
      taken =
          new DumpTaker(!noAgent, collectsFirst, System.err::println)
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
