package io.stranded.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How a topic is created.
 *
 * @param partitions empty for the broker's default
 * @param replicationFactor empty for the broker's default
 * @param cleanupPolicy the topic's {@code cleanup.policy}
 */
public record NewTopicPlan(
    OptionalInt partitions, OptionalInt replicationFactor, String cleanupPolicy) {
  /** Of topics of findings: their last word stays for as long as the topic keeps anything. */
  private static final String COMPACT_DELETE = "compact,delete";

  /** As the broker makes topics. */
  public static final NewTopicPlan BROKER_DEFAULTS =
      new NewTopicPlan(OptionalInt.empty(), OptionalInt.empty());

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

  /** A plan for a topic of findings. */
  public NewTopicPlan(OptionalInt partitions, OptionalInt replicationFactor) {
    this(partitions, replicationFactor, COMPACT_DELETE);
  }

  /** The same for a topic that is cleaned up in another way. */
  public NewTopicPlan withCleanupPolicy(String policy) {
    return new NewTopicPlan(partitions, replicationFactor, policy);
  }

  NewTopic toNewTopic(String name) {
    Optional<Integer> wanted =
        partitions.isPresent() ? Optional.of(partitions.getAsInt()) : Optional.empty();
    Optional<Short> copies =
        replicationFactor.isPresent()
            ? Optional.of((short) replicationFactor.getAsInt())
            : Optional.empty();
    return new NewTopic(name, wanted, copies)
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, cleanupPolicy));
  }

  /** The command by which someone with the right creates the topic. */
  public String command(String bootstrapServers, String topic) {
    return "kafka-topics.sh --bootstrap-server %s --create --topic %s --config cleanup.policy=%s"
        .formatted(bootstrapServers, topic, cleanupPolicy);
  }
}
