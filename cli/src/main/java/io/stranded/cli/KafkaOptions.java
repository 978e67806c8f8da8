package io.stranded.cli;

import io.stranded.kafka.ConnectionOptions;
import io.stranded.kafka.KafkaSinkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to reach a topic of findings. */
final class KafkaOptions {
  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = KafkaSinkConfig.DEFAULT_TOPIC,
      description = "Topic of the findings (default: ${DEFAULT-VALUE}).")
  private String topic = KafkaSinkConfig.DEFAULT_TOPIC;

  String bootstrapServer() {
    return connection.bootstrapServer();
  }

  String topic() {
    return topic;
  }

  /**
   * The options of a Kafka sink; none where no brokers are named.
   *
   * @throws IllegalArgumentException if there are others that would come to nothing
   */
  Map<String, String> sinkOptions(@Nullable Path spool) {
    Map<String, String> options = new LinkedHashMap<>();
    boolean others =
        spool != null
            || connection.commandConfig().isPresent()
            || !connection.commandProperties().isEmpty()
            || !topic.equals(KafkaSinkConfig.DEFAULT_TOPIC);
    if (!connection.isGiven() && !others) {
      return options;
    }
    options.put("kafka.bootstrap.servers", connection.bootstrapServer());
    options.put("kafka.topic", topic);
    connection.commandConfig().ifPresent(file -> options.put("kafka.config.file", file.toString()));
    if (spool != null) {
      options.put("kafka.spool.dir", spool.toString());
    }
    connection
        .commandProperties()
        .forEach((name, value) -> options.put("kafka.property." + name, value));
    return options;
  }

  /** The settings of a Kafka consumer. */
  Map<String, String> clientProperties() throws IOException {
    return connection.clientProperties();
  }
}
