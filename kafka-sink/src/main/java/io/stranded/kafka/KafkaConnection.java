package io.stranded.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The producer, made when it can be and made anew after what it does not recover from, and never
 * used before the topic exists. One thread uses it, another may close it.
 */
final class KafkaConnection {
  private final KafkaSinkConfig config;
  private @Nullable Producer<byte[], byte[]> producer;
  private boolean closed;
  private volatile boolean topicExists;

  KafkaConnection(KafkaSinkConfig config) {
    this.config = config;
  }

  /**
   * Makes the producer ahead of time, so that wrong settings are told at once. Does not wait for
   * brokers, and a host without an address is no error: it may get one.
   *
   * @throws IllegalArgumentException if a producer cannot be made with these settings; one line
   */
  void check() {
    try {
      producer();
    } catch (KafkaException e) {
      KafkaProblem problem = explain(e);
      if (problem.needsUser()) {
        // Without the cause, whose text repeats the value that was wrong: it may be a secret.
        throw new IllegalArgumentException(problem.line());
      }
    }
  }

  /**
   * The producer, once the topic exists.
   *
   * @throws KafkaException if it cannot be made
   * @throws ExecutionException caused by what the brokers say of the topic
   */
  Producer<byte[], byte[]> open() throws ExecutionException, InterruptedException {
    Producer<byte[], byte[]> made = producer();
    if (!topicExists) {
      ensureTopic();
      topicExists = true;
    }
    return made;
  }

  /**
   * Asks why nothing is acknowledged.
   *
   * @return a problem that may pass by itself
   * @throws ExecutionException caused by one that does not
   */
  KafkaProblem diagnose() throws ExecutionException, InterruptedException {
    boolean replicasMissing;
    try {
      ensureTopic();
      replicasMissing = KafkaTopic.lacksReplicas(admin(), config.topic());
    } catch (ExecutionException e) {
      KafkaProblem problem = explain(e);
      if (problem.needsUser()) {
        throw e;
      }
      return problem;
    }
    return new KafkaProblem(
        KafkaProblem.Kind.OTHER,
        config.bootstrapServers()
            + " answers but has not acknowledged yet"
            + (replicasMissing
                ? ": are enough replicas of topic " + config.topic() + " in sync?"
                : ""));
  }

  /** What the exception of a client means. */
  KafkaProblem explain(Throwable e) {
    return KafkaProblem.of(e, properties(), config.topic());
  }

  /** How large a request the producer sends, in bytes before compression. */
  int maxRequestBytes() {
    return new ProducerConfig(properties()).getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
  }

  /** Lets go of the producer; the next {@link #open} makes another. */
  synchronized void disconnect() {
    topicExists = false;
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  /** Lets go of the producer for good: whatever waits for it fails. */
  synchronized void close() {
    closed = true;
    disconnect();
  }

  private synchronized Producer<byte[], byte[]> producer() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Producer<byte[], byte[]> made = producer;
    if (made == null) {
      made = new KafkaProducer<>(properties());
      producer = made;
    }
    return made;
  }

  private void ensureTopic() throws ExecutionException, InterruptedException {
    KafkaTopic.ensure(admin(), config.topic(), config.newTopic());
  }

  private Map<String, Object> admin() {
    return ClientProperties.admin(config.bootstrapServers(), config.clientProperties());
  }

  private Map<String, Object> properties() {
    return ClientProperties.producer(config.bootstrapServers(), config.clientProperties());
  }
}
