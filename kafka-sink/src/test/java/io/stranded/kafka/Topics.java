package io.stranded.kafka;

import io.stranded.finding.LeakProfile;
import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Makes and reads topics of findings in tests. */
final class Topics {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

  private Topics() {}

  /** A profile with one finding, told from the others of the same key by its number. */
  static LeakProfile numbered(String instance, int number) {
    LeakProfile profile =
        Profiles.profile(instance, List.of(Profiles.latchFinding("0123456789abcdef")));
    return new LeakProfile(
        profile.target(),
        START.plusSeconds(number),
        profile.dump(),
        profile.threads(),
        profile.findings(),
        profile.notes());
  }

  /** The number of a profile made by {@link #numbered}. */
  static int number(DeliveredFinding finding) {
    return (int) Duration.between(START, finding.takenAt()).toSeconds();
  }

  /** The first findings of a topic, repeats dropped; waits for them. */
  static List<DeliveredFinding> readFindings(KafkaBroker broker, String topic, int count)
      throws IOException {
    List<DeliveredFinding> found = new ArrayList<>();
    KafkaReadOptions options =
        new KafkaReadOptions(
            broker.bootstrapServers(),
            topic,
            broker.clientProperties(),
            true,
            count,
            Optional.empty());
    try (FindingReader reader = FindingReader.open(options)) {
      reader.read(found::add);
    }
    return found;
  }

  /** Every record that is in a topic now, repeats and all. */
  static List<ConsumerRecord<byte[], byte[]>> readAll(KafkaBroker broker, String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            ClientProperties.consumer(broker.bootstrapServers(), broker.clientProperties()))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map((PartitionInfo info) -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  /** Creates a topic as its owner would. */
  static void create(KafkaBroker broker, String topic, int partitions, Map<String, String> configs)
      throws ExecutionException, InterruptedException {
    try (Admin admin = broker.admin()) {
      admin
          .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
          .all()
          .get();
    }
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
