package io.stranded.cli;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is taken of a JVM for later analysis, and where it goes: a dump and facts beside it. */
final class TakeOptions {
  private static final String SUFFIX = ".hprof";

  @Parameters(paramLabel = "PID", description = "Process id of a JVM of this machine.")
  private long pid;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where it goes: a name that ends in .hprof and does not exist.")
  @SuppressWarnings("NullAway.Init")
  private Path output;

  @Option(
      names = "--settle",
      paramLabel = "DURATION",
      defaultValue = "5s",
      converter = DurationConverter.class,
      description = "Look at the threads so long before it (default: ${DEFAULT-VALUE}).")
  private Duration settle = Duration.ofSeconds(5);

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  long pid() {
    return pid;
  }

  /** Where the dump goes. */
  Path output() {
    if (!output.toString().endsWith(SUFFIX)) {
      throw new ParameterException(spec.commandLine(), output + " does not end in " + SUFFIX);
    }
    return output;
  }

  /** Where the thread facts go. */
  Path facts() {
    String name = output().toString();
    return Path.of(name.substring(0, name.length() - SUFFIX.length()) + ".threads.json");
  }

  Duration settle() {
    return settle;
  }

  /** What is told where one of the files is there already. */
  ParameterException exists(FileAlreadyExistsException e) {
    return new ParameterException(spec.commandLine(), e.getMessage() + " exists", e);
  }
}
