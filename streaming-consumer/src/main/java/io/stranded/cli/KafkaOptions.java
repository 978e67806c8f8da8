package io.stranded.cli;

import io.stranded.kafka.KafkaSinkConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach Kafka, by the names that Kafka's own tools use. */
final class KafkaOptions {
  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers to connect to, separated by commas.")
  private @Nullable String bootstrapServer;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = KafkaSinkConfig.DEFAULT_TOPIC,
      description = "Topic of the findings (default: ${DEFAULT-VALUE}).")
  private String topic = KafkaSinkConfig.DEFAULT_TOPIC;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Properties file with settings for the Kafka client.")
  private @Nullable Path commandConfig;

  @Option(
      names = "--command-property",
      paramLabel = "NAME=VALUE",
      description = "A setting for the Kafka client; may be repeated.")
  private Map<String, String> commandProperties = new LinkedHashMap<>();

  boolean isGiven() {
    return bootstrapServer != null;
  }

  String bootstrapServer() {
    if (bootstrapServer == null) {
      throw new IllegalArgumentException("--bootstrap-server is missing");
    }
    return bootstrapServer;
  }

  String topic() {
    return topic;
  }

  /** The options of a Kafka sink. */
  Map<String, String> sinkOptions(@Nullable Path spool) {
    Map<String, String> options = new LinkedHashMap<>();
    if (bootstrapServer == null) {
      return options;
    }
    options.put("kafka.bootstrap.servers", bootstrapServer);
    options.put("kafka.topic", topic);
    if (commandConfig != null) {
      options.put("kafka.config.file", commandConfig.toString());
    }
    if (spool != null) {
      options.put("kafka.spool.dir", spool.toString());
    }
    commandProperties.forEach((name, value) -> options.put("kafka.property." + name, value));
    return options;
  }

  /** The settings of a Kafka consumer: the file's, overridden by single ones. */
  Map<String, String> clientProperties() throws IOException {
    Map<String, String> properties = new LinkedHashMap<>();
    if (commandConfig != null) {
      Properties file = new Properties();
      try (Reader reader = Files.newBufferedReader(commandConfig)) {
        file.load(reader);
      } catch (NoSuchFileException e) {
        throw new IllegalArgumentException("--command-config: no such file: " + commandConfig, e);
      }
      file.stringPropertyNames().forEach(name -> properties.put(name, file.getProperty(name)));
    }
    properties.putAll(commandProperties);
    return properties;
  }
}
