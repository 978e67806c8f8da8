package io.stranded.kafka;

import io.stranded.kafka.testing.KafkaBroker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads topics in tests. */
final class Topics {
  private Topics() {}

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
}
