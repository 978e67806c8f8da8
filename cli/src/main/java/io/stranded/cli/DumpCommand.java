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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
  private static final String SUFFIX = ".hprof";

  @Parameters(paramLabel = "PID", description = "Process id of a JVM of this machine.")
  private long pid;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where the heap dump goes: a name that ends in .hprof and does not exist.")
  @SuppressWarnings("NullAway.Init")
  private Path output;

  @Option(
      names = "--settle",
      paramLabel = "DURATION",
      defaultValue = "5s",
      converter = DurationConverter.class,
      description = "Look at the threads so long before the dump (default: ${DEFAULT-VALUE}).")
  private Duration settle = Duration.ofSeconds(5);

  @Option(names = "--no-agent", description = "Load nothing into the JVM: roots as dumped.")
  private boolean noAgent;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String name = output.toString();
    if (!name.endsWith(SUFFIX)) {
      throw new ParameterException(spec.commandLine(), name + " does not end in " + SUFFIX);
    }
    Path facts = Path.of(name.substring(0, name.length() - SUFFIX.length()) + ".threads.json");
    TakenFacts taken;
    try {
      taken = new DumpTaker(!noAgent, System.err::println).take(pid, output, facts, settle);
    } catch (FileAlreadyExistsException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage() + " exists", e);
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
