package io.stranded.cli;

import io.stranded.kafka.ConnectionOptions;
import io.stranded.kafka.KafkaSinkConfig;
import java.io.IOException;
import java.util.Map;
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

  /** Whether anything is given but the brokers. */
  boolean hasOthers() {
    return connection.commandConfig().isPresent()
        || !connection.commandProperties().isEmpty()
        || !topic.equals(KafkaSinkConfig.DEFAULT_TOPIC);
  }

  ConnectionOptions connection() {
    return connection;
  }

  /** The settings of a Kafka consumer. */
  Map<String, String> clientProperties() throws IOException {
    return connection.clientProperties();
  }
}
