package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.kafka.testing.KafkaBroker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What arrived of numbered findings, held against what was taken. */
final class Deliveries {
  private final Set<Integer> arrived = new TreeSet<>();
  private final List<String> disorder = new ArrayList<>();
  private int repeats;

  private Deliveries() {}

  /** Reads a topic, repeats and all. */
  static Deliveries in(KafkaBroker broker, String topic) {
    Deliveries deliveries = new Deliveries();
    Map<String, Integer> last = new HashMap<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : Topics.readAll(broker, topic)) {
      DeliveredFinding finding = DeliveredFinding.of(record);
      int number = Topics.number(finding);
      Integer before = numbers.put(finding.id(), number);
      if (before != null) {
        // A repeat: the same finding, by its id.
        assertThat(before).isEqualTo(number);
        deliveries.repeats++;
        continue;
      }
      if (!deliveries.arrived.add(number)) {
        deliveries.disorder.add(number + " came with two ids");
      }
      Integer previous = last.put(finding.key(), number);
      if (previous != null && previous > number) {
        deliveries.disorder.add(number + " came after " + previous + " of " + finding.key());
      }
    }
    return deliveries;
  }

  /** Fails unless everything is there, in order, and nothing else than repeats came beside it. */
  void assertComplete(Set<Integer> taken) {
    Set<Integer> missing = new TreeSet<>(taken);
    missing.removeAll(arrived);
    assertThat(missing).as("taken and not arrived").isEmpty();
    assertThat(disorder).as("out of order").isEmpty();
  }

  /** How many records were repeats. */
  int repeats() {
    return repeats;
  }

  /** How many findings came. */
  int count() {
    return arrived.size();
  }
}
