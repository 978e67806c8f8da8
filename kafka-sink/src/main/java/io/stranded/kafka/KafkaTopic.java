package io.stranded.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Sees to it that the topic exists before anything is sent.
 *
 * <p>Left to the broker, it would be created by the first record, without compaction, and the first
 * batch of such a partition can be lost in spite of idempotence (KAFKA-15591).
 */
public final class KafkaTopic {
  private static final int CREATE_MILLIS = 30_000;
  private static final int LEADER_CHECKS = 50;
  private static final long LEADER_PAUSE_MILLIS = 100;

  private KafkaTopic() {}

  /**
   * Looks for the topic and creates it if the plan allows.
   *
   * @throws ExecutionException caused by what the brokers answered, or that they did not
   */
  public static void ensure(
      Map<String, Object> properties, String topic, Optional<NewTopicPlan> plan)
      throws ExecutionException, InterruptedException {
    Admin admin = Admin.create(properties);
    try {
      describe(admin, topic);
    } catch (ExecutionException e) {
      if (plan.isEmpty() || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
      create(admin, topic, plan.get());
    } finally {
      // Without a limit it would wait for brokers that do not answer.
      admin.close(Duration.ZERO);
    }
  }

  /**
   * Whether a partition of the topic has no leader, or replicas that are not in sync.
   *
   * @throws ExecutionException caused by what the brokers answered, or that they did not
   */
  static boolean lacksReplicas(Map<String, Object> properties, String topic)
      throws ExecutionException, InterruptedException {
    Admin admin = Admin.create(properties);
    try {
      return describe(admin, topic).partitions().stream().anyMatch(KafkaTopic::lacksReplicas);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  static boolean lacksReplicas(TopicPartitionInfo partition) {
    return partition.leader() == null || partition.isr().size() < partition.replicas().size();
  }

  private static void create(Admin admin, String topic, NewTopicPlan plan)
      throws ExecutionException, InterruptedException {
    try {
      admin
          .createTopics(
              List.of(plan.toNewTopic(topic)), new CreateTopicsOptions().timeoutMs(CREATE_MILLIS))
          .all()
          .get();
    } catch (ExecutionException e) {
      // Another sink was quicker.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
    for (int i = 0; i < LEADER_CHECKS && !hasLeaders(admin, topic); i++) {
      Thread.sleep(LEADER_PAUSE_MILLIS);
    }
  }

  private static boolean hasLeaders(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    try {
      return describe(admin, topic).partitions().stream()
          .allMatch(partition -> partition.leader() != null);
    } catch (ExecutionException e) {
      // A broker that has not yet heard of it.
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  private static TopicDescription describe(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    return Objects.requireNonNull(admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
        .get();
  }
}
