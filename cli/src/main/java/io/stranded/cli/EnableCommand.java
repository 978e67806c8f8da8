package io.stranded.cli;

import io.stranded.watch.AgentStart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stranded enable}. */
@Command(
    name = "enable",
    description = "Loads the agent into a running JVM and starts a recording, both to stay.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "From then on every wait and who created each thread is recorded, so that a watch "
          + "that comes later knows it. The recording is called stranded and keeps ten "
          + "minutes on disk, in the JVM's own repository. stranded disable takes both out "
          + "again.",
      "",
      "Examples:",
      "  stranded enable 4711",
      "  stranded enable --threshold 10s 4711",
      "  stranded enable --print-flags         what to start a JVM with instead",
    })
final class EnableCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PID", arity = "0..1", description = "Process id of the JVM.")
  private @Nullable Long pid;

  @Option(
      names = "--threshold",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "A wait is told once it has lasted so long (default: ${DEFAULT-VALUE}).")
  private Duration threshold = Duration.ofSeconds(60);

  @Option(
      names = "--print-flags",
      description =
          "Put the agent and the settings of its events into DIR, and print the flags for "
              + "the command line of a JVM.")
  private boolean printFlags;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "For --print-flags (default: ~/.local/share/stranded).")
  private @Nullable Path directory;

  @Override
  public Integer call() throws IOException {
    OptionalLong target = pid == null ? OptionalLong.empty() : OptionalLong.of(pid);
    if (printFlags == target.isPresent()) {
      throw new IllegalArgumentException("give either a process id or --print-flags");
    }
    if (threshold.isZero()) {
      throw new IllegalArgumentException("--threshold must be longer than nothing");
    }
    if (target.isEmpty()) {
      printFlags(directory == null ? defaultDirectory() : directory);
      return ExitCode.DONE;
    }
    long id = target.getAsLong();
    String told =
        switch (AgentStart.in(id, threshold)) {
          case NOTHING -> "enabled the agent in " + id;
          case AGENT -> id + " runs the agent already, with options of its own";
        };
    System.err.println("stranded: " + told + "; its recording is called stranded");
    return ExitCode.DONE;
  }

  private void printFlags(Path place) throws IOException {
    AgentStart.unpackTo(place);
    Path there = place.toAbsolutePath().normalize();
    System.out.println(
        "-javaagent:"
            + there.resolve("stranded-agent.jar")
            + "=threshold="
            + threshold.toMillis()
            + "ms");
    System.out.println(
        "-XX:StartFlightRecording:name=stranded,settings="
            + there.resolve("stranded.jfc")
            + ",maxage=10m,disk=true");
  }

  private static Path defaultDirectory() {
    String data = System.getenv("XDG_DATA_HOME");
    Path base =
        data != null && !data.isBlank()
            ? Path.of(data)
            : Path.of(System.getProperty("user.home"), ".local", "share");
    return base.resolve("stranded");
  }
}
