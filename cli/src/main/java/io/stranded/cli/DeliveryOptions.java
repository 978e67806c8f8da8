package io.stranded.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How findings get to Kafka. */
final class DeliveryOptions {
  /** By what name the user knows what a sink complains of. */
  private static final Map<String, String> NAMES =
      Map.of(
          "kafka.bootstrap.servers", "--bootstrap-server",
          "kafka.topic", "--topic",
          "kafka.config.file", "--command-config",
          "kafka.spool.dir", "--spool-dir",
          "kafka.spool.max.bytes", "--spool-max",
          "kafka.close.timeout.ms", "--close-timeout",
          "kafka.topic.create", "--no-create-topic",
          "kafka.topic.partitions", "--topic-partitions",
          "kafka.topic.replication.factor", "--topic-replication-factor");

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--spool-dir",
      paramLabel = "DIR",
      description =
          "Where findings wait for Kafka (default: ~/.local/state/stranded/spool, or the "
              + "first of spool-2 and so on that no other watch uses).")
  private @Nullable Path spool;

  @Option(
      names = "--spool-max",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "How much may wait there; beyond, the oldest is dropped (default: 256m).")
  private @Nullable Long spoolMax;

  @Option(
      names = "--close-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long to go on delivering at the end (default: 30s).")
  private @Nullable Duration closeTimeout;

  @Option(names = "--no-create-topic", description = "Do not create the topic if it is missing.")
  private boolean keepTopics;

  @Option(
      names = "--topic-partitions",
      paramLabel = "N",
      description = "Partitions of a topic that is created (default: the broker's).")
  private @Nullable Integer partitions;

  @Option(
      names = "--topic-replication-factor",
      paramLabel = "N",
      description = "Replicas of a topic that is created (default: the broker's).")
  private @Nullable Integer replicas;

  /**
   * The options of a Kafka sink; none where no brokers are named.
   *
   * @throws IllegalArgumentException if there are others that would come to nothing
   */
  Map<String, String> sinkOptions() {
    Map<String, String> options = new LinkedHashMap<>();
    put(options, "kafka.spool.dir", spool);
    put(options, "kafka.spool.max.bytes", spoolMax);
    put(options, "kafka.close.timeout.ms", closeTimeout == null ? null : closeTimeout.toMillis());
    put(options, "kafka.topic.create", keepTopics ? false : null);
    put(options, "kafka.topic.partitions", partitions);
    put(options, "kafka.topic.replication.factor", replicas);
    if (options.isEmpty() && !kafka.hasOthers() && !kafka.connection().isGiven()) {
      return options;
    }
    options.put("kafka.bootstrap.servers", kafka.bootstrapServer());
    options.put("kafka.topic", kafka.topic());
    kafka
        .connection()
        .commandConfig()
        .ifPresent(file -> options.put("kafka.config.file", file.toString()));
    kafka
        .connection()
        .commandProperties()
        .forEach((name, value) -> options.put("kafka.property." + name, value));
    return options;
  }

  /** What is wrong with an option of a sink, by the name that the user knows. */
  static IllegalArgumentException named(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    int colon = message.indexOf(':');
    String option = colon < 0 ? null : NAMES.get(message.substring(0, colon));
    return option == null ? e : new IllegalArgumentException(option + message.substring(colon), e);
  }

  private static void put(Map<String, String> options, String name, @Nullable Object value) {
    if (value != null) {
      options.put(name, value.toString());
    }
  }
}
