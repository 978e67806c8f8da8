package io.stranded.fleet;

import io.stranded.kafka.ClientProperties;
import io.stranded.kafka.KafkaProblem;
import io.stranded.report.Printable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topic of leaks: only what was committed. Belongs to no consumer group and leaves no
 * trace on the brokers. Used by one thread.
 */
final class LeakReader implements Closeable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final String topic;
  private final Map<String, Object> properties;
  private final Consumer<String> complaints;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Leak> leaks = new TreeMap<>();
  private List<TopicPartition> partitions = List.of();

  private LeakReader(
      String topic,
      Map<String, Object> properties,
      Consumer<String> complaints,
      KafkaConsumer<byte[], byte[]> consumer) {
    this.topic = topic;
    this.properties = properties;
    this.complaints = complaints;
    this.consumer = consumer;
  }

  /**
   * Connects.
   *
   * @param complaints hears one line for each record that is no leak
   * @throws IllegalArgumentException if no consumer can be made with the settings; one line
   * @throws IOException if the brokers do not answer, refuse us or have no such topic; one line
   */
  static LeakReader open(
      String bootstrapServers,
      Map<String, String> clientProperties,
      String topic,
      Consumer<String> complaints)
      throws IOException {
    ClientProperties.checkVariables(clientProperties);
    Map<String, Object> properties = ClientProperties.consumer(bootstrapServers, clientProperties);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    @Nullable LeakReader reader = null;
    boolean opened = false;
    try {
      reader = new LeakReader(topic, properties, complaints, new KafkaConsumer<>(properties));
      reader.takePlace();
      opened = true;
      return reader;
    } catch (KafkaException e) {
      KafkaProblem problem = KafkaProblem.of(e, properties, topic);
      if (problem.kind() == KafkaProblem.Kind.CONFIGURATION) {
        throw new IllegalArgumentException(problem.line());
      }
      throw new IOException(missing(e) ? noTopic() : problem.line(), e);
    } finally {
      if (!opened && reader != null) {
        reader.close();
      }
    }
  }

  /**
   * The leaks as they stand: everything that is in the topic when this is called, by fingerprint.
   *
   * @throws IOException if the brokers do not answer or refuse us; one line
   */
  Map<String, Leak> read() throws IOException {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
      while (isBehind(ends)) {
        consumer.poll(POLL).forEach(this::take);
      }
      return Map.copyOf(leaks);
    } catch (KafkaException e) {
      throw new IOException(KafkaProblem.of(e, properties, topic).line(), e);
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }

  private void takePlace() {
    @Nullable List<PartitionInfo> found = consumer.partitionsFor(topic, PATIENCE);
    if (found == null || found.isEmpty()) {
      throw new UnknownTopicOrPartitionException(topic);
    }
    partitions = found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private boolean isBehind(Map<TopicPartition, Long> ends) {
    return partitions.stream()
        .anyMatch(each -> consumer.position(each, PATIENCE) < ends.getOrDefault(each, 0L));
  }

  private void take(ConsumerRecord<byte @Nullable [], byte @Nullable []> record) {
    byte[] key = record.key();
    byte[] value = record.value();
    if (key == null) {
      complain(record, "key: missing");
    } else if (value == null) {
      leaks.remove(new String(key, StandardCharsets.UTF_8));
    } else {
      try {
        leaks.put(new String(key, StandardCharsets.UTF_8), LeakJson.read(value));
      } catch (IllegalArgumentException e) {
        complain(record, String.valueOf(e.getMessage()));
      }
    }
  }

  private void complain(ConsumerRecord<?, ?> record, String reason) {
    complaints.accept(
        "skipped record %d of partition %d: %s"
            .formatted(record.offset(), record.partition(), Printable.of(reason)));
  }

  private static boolean missing(KafkaException e) {
    return e instanceof UnknownTopicOrPartitionException;
  }

  private static String noTopic() {
    return "there is no topic of leaks yet: stranded fleet run makes it";
  }
}
