package io.stranded.cli;

import io.stranded.finding.FindingSink;
import io.stranded.finding.FindingSinkProvider;
import io.stranded.watch.SinkFan;
import io.stranded.watch.WatchOptions;
import io.stranded.watch.Watcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stranded watch}. */
@Command(
    name = "watch",
    description = "Watches a running JVM and reports threads that can never run again.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The target needs no preparation. A heap dump pauses it, so one is taken only when threads",
      "have been in one untimed wait for --min-age, and not for the same group of threads twice.",
      "",
      "Examples:",
      "  stranded watch 4711",
      "  stranded watch --once --min-age 30s --format json --output - 4711",
      "  stranded watch --bootstrap-server localhost:9092 4711",
    })
final class WatchCommand implements Callable<Integer> {
  private static final long SHUTDOWN_SECONDS = 40;

  @Parameters(paramLabel = "PID", description = "Process id of the JVM.")
  private long pid;

  @Option(
      names = "--min-age",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "Suspect threads in one wait for so long (default: ${DEFAULT-VALUE}).")
  private Duration minAge = Duration.ofSeconds(60);

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description = "Look at the suspects so often (default: ${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--dump-interval",
      paramLabel = "DURATION",
      defaultValue = "5m",
      converter = DurationConverter.class,
      description = "Least time between two heap dumps (default: ${DEFAULT-VALUE}).")
  private Duration dumpInterval = Duration.ofMinutes(5);

  @Option(
      names = "--dump-dir",
      paramLabel = "DIR",
      description = {
        "Directory for heap dumps, which are private to their owner and deleted after their",
        "analysis; the target writes them (default: the system's temporary directory)."
      })
  private Path dumpDirectory = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--keep-dumps", description = "Do not delete heap dumps.")
  private boolean keepDumps;

  @Option(
      names = "--no-agent",
      description = "Do not load the agent: look at platform threads over JMX instead.")
  private boolean noAgent;

  @Option(names = "--once", description = "Wait for --min-age, make one round and exit.")
  private boolean once;

  @Option(
      names = "--spool-dir",
      paramLabel = "DIR",
      description = "Where findings wait for Kafka (default: ~/.local/state/stranded/spool).")
  private @Nullable Path spool;

  @Mixin private final ReportOptions report = new ReportOptions();
  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Override
  public Integer call() throws IOException {
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(stopper(Thread.currentThread(), finished));
    try (SinkFan sinks = openSinks()) {
      Watcher watcher = new Watcher(options(), sinks, report::select, WatchCommand::log);
      return report.exitCode(watcher.watch(pid));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.DONE;
    } finally {
      finished.countDown();
    }
  }

  /** Lets the watching thread take its things out of the target, and deliver, before we exit. */
  private static Thread stopper(Thread watching, CountDownLatch finished) {
    return new Thread(
        () -> {
          watching.interrupt();
          try {
            boolean unused = finished.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        "stranded-shutdown");
  }

  private SinkFan openSinks() throws IOException {
    Map<String, String> options = kafka.sinkOptions(spool);
    List<FindingSink> sinks = new ArrayList<>();
    sinks.add(report.open());
    try {
      for (FindingSinkProvider provider : ServiceLoader.load(FindingSinkProvider.class)) {
        provider.open(options).ifPresent(sinks::add);
      }
    } catch (RuntimeException e) {
      sinks.get(0).close();
      throw e;
    }
    return new SinkFan(sinks, WatchCommand::log);
  }

  private WatchOptions options() {
    return new WatchOptions(
        minAge, interval, dumpInterval, dumpDirectory.toAbsolutePath(), keepDumps, !noAgent, once);
  }

  private static void log(String line) {
    System.err.println("stranded: " + line);
  }
}
