package io.stranded.fleet;

import io.stranded.kafka.ClientProperties;
import io.stranded.kafka.NewTopicPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What an application is started with.
 *
 * @param bootstrapServers {@code host:port} of some brokers, separated by commas
 * @param topics what it reads and writes
 * @param applicationId instances with the same share the work; names group, transactions and
 *     internal topics
 * @param storage where the state is kept
 * @param stateDirectory of this instance alone, where the state is kept on disk
 * @param commitInterval how often what was read is committed and leaks are written
 * @param threads how many threads work
 * @param newTopic how to create topics that do not exist; empty not to
 * @param properties settings of Kafka Streams and its clients, passed through; may hold secrets, so
 *     this record does not print them
 */
record FleetConfig(
    String bootstrapServers,
    FleetTopics topics,
    String applicationId,
    Storage storage,
    Path stateDirectory,
    Duration commitInterval,
    int threads,
    Optional<NewTopicPlan> newTopic,
    Map<String, String> properties) {
  /** The application id unless another is given. */
  static final String DEFAULT_APPLICATION_ID = "stranded-fleet";

  private static final Map<String, String> OF_OPTIONS =
      Map.of(
          StreamsConfig.APPLICATION_ID_CONFIG, "--application-id",
          StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "--bootstrap-server",
          StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "--commit-interval",
          StreamsConfig.NUM_STREAM_THREADS_CONFIG, "--threads",
          StreamsConfig.STATE_DIR_CONFIG, "--state-dir");

  /**
   * Checks what can be checked without a broker.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  FleetConfig {
    if (!applicationId.matches("[a-zA-Z0-9._-]{1,100}")) {
      throw new IllegalArgumentException("--application-id: letters, digits, '.', '_' and '-'");
    }
    if (commitInterval.isZero() || commitInterval.isNegative()) {
      throw new IllegalArgumentException("--commit-interval: must be more than 0");
    }
    if (threads <= 0) {
      throw new IllegalArgumentException("--threads: must be more than 0");
    }
    properties = Map.copyOf(properties);
    properties.forEach(FleetConfig::check);
    ClientProperties.checkVariables(properties);
  }

  /** The settings of Kafka Streams. */
  Properties streamsProperties() {
    Map<String, Object> all = new HashMap<>();
    all.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
    // Before compression; a leak in thousands of versions is long, and compresses well.
    all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), "8388608");
    // The work of a killed instance is taken over after so long, not after Kafka's 45 s.
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), "10000");
    all.putAll(ClientProperties.common(bootstrapServers, properties));
    if (!properties.containsKey(StreamsConfig.CLIENT_ID_CONFIG)) {
      // By default Kafka Streams makes one that tells instances apart.
      all.remove(StreamsConfig.CLIENT_ID_CONFIG);
    }
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Long.toString(commitInterval.toMillis()));
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(threads));
    all.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    Properties streams = new Properties();
    streams.putAll(all);
    return streams;
  }

  /** Everything but the values of the properties, which may be secrets. */
  @Override
  public String toString() {
    return "FleetConfig[%s, %s, %s, %s, properties %s]"
        .formatted(
            bootstrapServers,
            topics,
            applicationId,
            storage,
            properties.keySet().stream().sorted().toList());
  }

  private static void check(String name, String value) {
    if (OF_OPTIONS.containsKey(name)) {
      throw new IllegalArgumentException(name + ": give " + OF_OPTIONS.get(name) + " instead");
    }
    if (name.equals(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)
        && !value.equals(StreamsConfig.EXACTLY_ONCE_V2)) {
      throw new IllegalArgumentException(name + " cannot be set: exact numbers depend on it");
    }
  }
}
