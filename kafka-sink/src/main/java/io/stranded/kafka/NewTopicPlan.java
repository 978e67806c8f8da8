package io.stranded.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How a topic of findings is created. Always with {@code cleanup.policy=compact,delete}: the last
 * word on every finding stays for as long as the topic keeps anything.
 *
 * @param partitions empty for the broker's default
 * @param replicationFactor empty for the broker's default
 */
public record NewTopicPlan(OptionalInt partitions, OptionalInt replicationFactor) {
  /** As the broker makes topics. */
  public static final NewTopicPlan BROKER_DEFAULTS =
      new NewTopicPlan(OptionalInt.empty(), OptionalInt.empty());

  private static final String CLEANUP = "compact,delete";

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public NewTopicPlan {
    if (partitions.isPresent() && partitions.getAsInt() <= 0) {
      throw new IllegalArgumentException("partitions: must be more than 0");
    }
    if (replicationFactor.isPresent()
        && (replicationFactor.getAsInt() <= 0 || replicationFactor.getAsInt() > Short.MAX_VALUE)) {
      throw new IllegalArgumentException("replication factor: must be 1 to " + Short.MAX_VALUE);
    }
  }

  NewTopic toNewTopic(String name) {
    Optional<Integer> wanted =
        partitions.isPresent() ? Optional.of(partitions.getAsInt()) : Optional.empty();
    Optional<Short> copies =
        replicationFactor.isPresent()
            ? Optional.of((short) replicationFactor.getAsInt())
            : Optional.empty();
    return new NewTopic(name, wanted, copies)
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, CLEANUP));
  }

  /** The command by which someone with the right creates the topic. */
  static String command(String bootstrapServers, String topic) {
    return "kafka-topics.sh --bootstrap-server %s --create --topic %s --config cleanup.policy=%s"
        .formatted(bootstrapServers, topic, CLEANUP);
  }
}
