package io.stranded.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Has all keys of one leak in one JVM in one partition: where the default partitioner has the key
 * of what is leaked.
 */
public final class KeyPartitioner implements Partitioner {
  /** What Kafka makes for its producer. */
  public KeyPartitioner() {}

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
    byte[] first =
        FindingMessage.ofLeaked(new String(keyBytes, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(first)) % cluster.partitionsForTopic(topic).size();
  }

  @Override
  public void configure(Map<String, ?> configs) {
    // There is nothing to choose.
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
