package io.stranded.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link FindingReader} reads, and when it ends.
 *
 * @param bootstrapServers {@code host:port} of some brokers, separated by commas
 * @param topic where the findings are
 * @param clientProperties settings of Kafka's consumer, as in {@link KafkaSinkConfig}
 * @param fromBeginning whether to start with the oldest finding instead of the next to come
 * @param maxFindings end after this many findings, repeats not counted
 * @param idleTimeout end when nothing came for so long; empty to wait for ever
 */
public record KafkaReadOptions(
    String bootstrapServers,
    String topic,
    Map<String, String> clientProperties,
    boolean fromBeginning,
    long maxFindings,
    Optional<Duration> idleTimeout) {
  /**
   * Checks what can be checked without a broker.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public KafkaReadOptions {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("bootstrap servers: missing");
    }
    if (topic.isBlank()) {
      throw new IllegalArgumentException("topic: missing");
    }
    if (maxFindings < 0) {
      throw new IllegalArgumentException("max messages: must not be negative");
    }
    clientProperties = Map.copyOf(clientProperties);
    ClientProperties.checkVariables(clientProperties);
  }

  /** Everything in the topic and all that comes, without an end. */
  public static KafkaReadOptions of(String bootstrapServers, String topic) {
    return new KafkaReadOptions(
        bootstrapServers, topic, Map.of(), true, Long.MAX_VALUE, Optional.empty());
  }

  /** Everything but the values of the client properties, which may be secrets. */
  @Override
  public String toString() {
    return "KafkaReadOptions[%s, topic %s, properties %s]"
        .formatted(bootstrapServers, topic, clientProperties.keySet().stream().sorted().toList());
  }
}
