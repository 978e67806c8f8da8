package io.stranded.benchmarks.kafka;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.kafka.testing.KafkaBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the topic of leaks says, as anybody would read it. */
final class LeakCount {
  private static final String LEAKS = "threadleak.leaks.v1";

  private LeakCount() {}

  /** The sum of the JVMs of all leaks. */
  static long jvms(KafkaBroker broker) throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("isolation.level", "read_committed");
    Map<String, Long> jvms = new HashMap<>();
    ObjectMapper mapper = new ObjectMapper();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(LEAKS).stream()
              .map(info -> new TopicPartition(LEAKS, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          jvms.put(record.key(), mapper.readTree(record.value()).path("jvms").asLong());
        }
      }
    }
    return jvms.values().stream().mapToLong(count -> count).sum();
  }
}
