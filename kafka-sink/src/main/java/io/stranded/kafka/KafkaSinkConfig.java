package io.stranded.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where findings are delivered, and how.
 *
 * @param bootstrapServers {@code host:port} of some brokers, separated by commas
 * @param topic where the findings go
 * @param clientProperties settings of Kafka's clients, passed through; those that delivery depends
 *     on are refused. Values may refer to {@code ${env:NAME}}, {@code ${file:PATH:KEY}} and {@code
 *     ${dir:PATH:FILE}}. May hold secrets, so this record does not print them
 * @param spoolDirectory where findings wait until Kafka has them; of this sink alone
 * @param spoolCapBytes how much may wait there; beyond, the oldest are dropped and counted
 * @param closeTimeout how long closing goes on delivering
 * @param newTopic how to create the topic if it does not exist; empty not to
 */
public record KafkaSinkConfig(
    String bootstrapServers,
    String topic,
    Map<String, String> clientProperties,
    Path spoolDirectory,
    long spoolCapBytes,
    Duration closeTimeout,
    Optional<NewTopicPlan> newTopic) {
  /** The topic unless another is given. */
  public static final String DEFAULT_TOPIC = "threadleak.findings.v1";

  /** The spool's cap unless another is given: 256 MiB. */
  public static final long DEFAULT_SPOOL_CAP_BYTES = Spool.DEFAULT_CAP_BYTES;

  /** How long closing goes on delivering unless told otherwise. */
  public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Checks everything that can be checked without a broker.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public KafkaSinkConfig {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("bootstrap servers: missing");
    }
    if (!topic.matches("[a-zA-Z0-9._-]{1,249}") || topic.matches("\\.{1,2}")) {
      throw new IllegalArgumentException("topic: not a name that Kafka takes: " + topic);
    }
    if (spoolCapBytes <= 0) {
      throw new IllegalArgumentException("spool cap: must be more than 0 bytes");
    }
    if (closeTimeout.isNegative()) {
      throw new IllegalArgumentException("close timeout: must not be negative");
    }
    Objects.requireNonNull(spoolDirectory);
    Objects.requireNonNull(newTopic);
    clientProperties = Map.copyOf(clientProperties);
    ClientProperties.check(clientProperties);
  }

  /** A configuration with defaults for all else. */
  public static KafkaSinkConfig of(String bootstrapServers, Path spoolDirectory) {
    return new KafkaSinkConfig(
        bootstrapServers,
        DEFAULT_TOPIC,
        Map.of(),
        spoolDirectory,
        DEFAULT_SPOOL_CAP_BYTES,
        DEFAULT_CLOSE_TIMEOUT,
        Optional.of(NewTopicPlan.BROKER_DEFAULTS));
  }

  /** The same with another topic. */
  public KafkaSinkConfig withTopic(String name) {
    return new KafkaSinkConfig(
        bootstrapServers,
        name,
        clientProperties,
        spoolDirectory,
        spoolCapBytes,
        closeTimeout,
        newTopic);
  }

  /** The same with other settings of Kafka's clients. */
  public KafkaSinkConfig withClientProperties(Map<String, String> properties) {
    return new KafkaSinkConfig(
        bootstrapServers, topic, properties, spoolDirectory, spoolCapBytes, closeTimeout, newTopic);
  }

  /** The same with another cap of the spool. */
  public KafkaSinkConfig withSpoolCapBytes(long bytes) {
    return new KafkaSinkConfig(
        bootstrapServers, topic, clientProperties, spoolDirectory, bytes, closeTimeout, newTopic);
  }

  /** The same with another time limit for closing. */
  public KafkaSinkConfig withCloseTimeout(Duration timeout) {
    return new KafkaSinkConfig(
        bootstrapServers,
        topic,
        clientProperties,
        spoolDirectory,
        spoolCapBytes,
        timeout,
        newTopic);
  }

  /** The same with another plan for a topic that does not exist. */
  public KafkaSinkConfig withNewTopic(Optional<NewTopicPlan> plan) {
    return new KafkaSinkConfig(
        bootstrapServers,
        topic,
        clientProperties,
        spoolDirectory,
        spoolCapBytes,
        closeTimeout,
        plan);
  }

  /** Everything but the values of the client properties, which may be secrets. */
  @Override
  public String toString() {
    return "KafkaSinkConfig[%s, topic %s, properties %s, spool %s]"
        .formatted(
            bootstrapServers,
            topic,
            clientProperties.keySet().stream().sorted().toList(),
            spoolDirectory);
  }
}
