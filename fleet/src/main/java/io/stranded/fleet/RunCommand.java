package io.stranded.fleet;

import io.stranded.endpoint.EndpointOptions;
import io.stranded.internal.terminal.LogFormat;
import io.stranded.internal.terminal.StopSignal;
import io.stranded.internal.terminal.Terminal;
import io.stranded.kafka.ConnectionOptions;
import io.stranded.kafka.KafkaSinkConfig;
import io.stranded.kafka.NewTopicPlan;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stranded fleet run}. */
@Command(
    name = "run",
    description = "Adds up the findings of all JVMs, leak by leak, until it is stopped.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Start it several times, each with its own --state-dir, and the instances share the work.",
      "",
      "With --listen it serves a page, /metrics, /leaks (JSON), /healthz and /readyz.",
      "",
      "Examples:",
      "  stranded fleet run --bootstrap-server localhost:9092",
      "  stranded fleet run --bootstrap-server localhost:9092 --listen 127.0.0.1:9405",
      "  stranded fleet run --bootstrap-server kafka:9093 --command-config FILE",
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = KafkaSinkConfig.DEFAULT_TOPIC,
      description = "Topic of the findings (default: ${DEFAULT-VALUE}).")
  private String topic = KafkaSinkConfig.DEFAULT_TOPIC;

  @Option(
      names = "--leaks-topic",
      paramLabel = "TOPIC",
      defaultValue = FleetTopics.DEFAULT_LEAKS,
      description = "Where leaks go (default: ${DEFAULT-VALUE}).")
  private String leaksTopic = FleetTopics.DEFAULT_LEAKS;

  @Option(
      names = "--dead-letter-topic",
      paramLabel = "TOPIC",
      defaultValue = FleetTopics.DEFAULT_DEAD_LETTERS,
      description = "Where records go that are no findings (default: ${DEFAULT-VALUE}).")
  private String deadLetterTopic = FleetTopics.DEFAULT_DEAD_LETTERS;

  @Option(
      names = "--application-id",
      paramLabel = "ID",
      defaultValue = FleetConfig.DEFAULT_APPLICATION_ID,
      description = "Instances with the same id share the work (default: ${DEFAULT-VALUE}).")
  private String applicationId = FleetConfig.DEFAULT_APPLICATION_ID;

  @Option(
      names = "--store",
      paramLabel = "STORE",
      defaultValue = "memory",
      description =
          "Where the state is kept: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Storage storage = Storage.MEMORY;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "State on disk, of one instance (default: ~/.local/state/stranded/fleet).")
  private @Nullable Path stateDirectory;

  @Option(
      names = "--commit-interval",
      paramLabel = "MILLIS",
      defaultValue = "1000",
      description = "Write leaks so often, in milliseconds (default: ${DEFAULT-VALUE}).")
  private long commitMillis = 1000;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that share the partitions (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of topics that are created (default: the broker's).")
  private @Nullable Integer partitions;

  @Option(
      names = "--no-create-topics",
      description = "Do not create topics that are missing, but end.")
  private boolean keepTopics;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "Of the log on standard error: ${COMPLETION-CANDIDATES} (default: "
              + "${DEFAULT-VALUE}). Text has the time where it is not written to a terminal.")
  private LogFormat.Choice logFormat = LogFormat.Choice.TEXT;

  @Mixin private final EndpointOptions endpoint = new EndpointOptions();

  /** What its log looks like, to the last line. */
  LogFormat format() {
    return logFormat.on(Terminal.isStandardError());
  }

  @Override
  public Integer call() throws IOException {
    endpoint.check();
    FleetConfig config = config();
    format().takeOver();
    return StopSignal.during(() -> log("stopping"), () -> run(config));
  }

  private int run(FleetConfig config) throws IOException {
    try (FleetApp app = new FleetApp(config, this::log)) {
      Closeable shown = show(app);
      try (shown) {
        app.run();
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    }
    return Main.DONE;
  }

  private void log(String line) {
    System.err.println(format().line(Instant.now(), "info", line));
  }

  /** Serves a page and more, where that is wanted, until it is closed. */
  private Closeable show(FleetApp app) throws IOException {
    return endpoint.isWanted()
        ? FleetEndpoint.start(
            endpoint,
            connection.bootstrapServer(),
            connection.clientProperties(),
            leaksTopic,
            app::lag,
            this::log)
        : () -> {};
  }

  private FleetConfig config() throws IOException {
    OptionalInt wanted = partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions);
    return new FleetConfig(
        connection.bootstrapServer(),
        new FleetTopics(topic, leaksTopic, deadLetterTopic),
        applicationId,
        storage,
        stateDirectory == null ? defaultDirectory() : stateDirectory,
        Duration.ofMillis(commitMillis),
        threads,
        keepTopics ? Optional.empty() : Optional.of(new NewTopicPlan(wanted, OptionalInt.empty())),
        connection.clientProperties());
  }

  private static Path defaultDirectory() {
    String state = System.getenv("XDG_STATE_HOME");
    Path base =
        state != null && !state.isBlank()
            ? Path.of(state)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return base.resolve("stranded").resolve("fleet");
  }
}
