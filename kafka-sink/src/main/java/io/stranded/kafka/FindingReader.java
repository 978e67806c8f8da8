package io.stranded.kafka;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads findings from a topic, dropping repeats. Belongs to no consumer group and leaves no trace
 * on the brokers, so it needs the ACL operations Read and Describe on the topic and nothing else.
 *
 * <p>Repeats are recognised among the last {@value #REMEMBERED} findings. One thread reads; any may
 * {@link #stop}.
 */
public final class FindingReader implements Closeable {
  private static final int REMEMBERED = 100_000;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final KafkaReadOptions options;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Boolean> seen = new RecentIds();
  private volatile boolean stopped;

  private FindingReader(KafkaReadOptions options, KafkaConsumer<byte[], byte[]> consumer) {
    this.options = options;
    this.consumer = consumer;
  }

  /** Forgets the oldest. */
  private static final class RecentIds extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  }

  /**
   * Connects and takes its place in the topic: whatever is sent from now on will be read.
   *
   * @throws IllegalArgumentException if no consumer can be made with the settings; one line
   * @throws IOException if the brokers do not answer, refuse us or have no such topic; one line
   */
  public static FindingReader open(KafkaReadOptions options) throws IOException {
    Map<String, Object> properties =
        ClientProperties.consumer(options.bootstrapServers(), options.clientProperties());
    @Nullable FindingReader reader = null;
    boolean opened = false;
    try {
      reader = new FindingReader(options, new KafkaConsumer<>(properties));
      reader.takePlace();
      opened = true;
      return reader;
    } catch (KafkaException e) {
      KafkaProblem problem = KafkaProblem.of(e, properties, options.topic());
      if (problem.kind() == KafkaProblem.Kind.CONFIGURATION) {
        // Without the cause, whose text repeats the value that was wrong: it may be a secret.
        throw new IllegalArgumentException(problem.line());
      }
      throw new IOException(problem.line(), e);
    } finally {
      if (!opened && reader != null) {
        reader.close();
      }
    }
  }

  /**
   * Reads until it is stopped, has read as many findings as asked for, or nothing came for the idle
   * timeout. While the brokers are away it waits.
   *
   * @throws IOException if the brokers refuse us; one line
   */
  public void read(FindingHandler handler) throws IOException {
    long found = 0;
    long idleSince = System.nanoTime();
    try {
      while (!stopped && found < options.maxFindings()) {
        boolean any = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          any = true;
          if (!stopped && found < options.maxFindings() && handle(record, handler)) {
            found++;
          }
        }
        if (any) {
          idleSince = System.nanoTime();
        } else if (isOver(idleSince)) {
          return;
        }
      }
    } catch (WakeupException e) {
      // Stopped.
    } catch (KafkaException e) {
      Map<String, Object> properties =
          ClientProperties.consumer(options.bootstrapServers(), options.clientProperties());
      throw new IOException(KafkaProblem.of(e, properties, options.topic()).line(), e);
    }
  }

  /** Makes {@link #read} return soon. From any thread. */
  public void stop() {
    stopped = true;
    consumer.wakeup();
  }

  /** Lets go of the connection. Not while another thread reads: stop that first. */
  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }

  private void takePlace() {
    @Nullable List<PartitionInfo> found = consumer.partitionsFor(options.topic(), PATIENCE);
    if (found == null || found.isEmpty()) {
      throw new UnknownTopicOrPartitionException(options.topic());
    }
    List<TopicPartition> partitions =
        found.stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
    consumer.assign(partitions);
    if (options.fromBeginning()) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    // Seeking is only a wish until the position is asked for.
    partitions.forEach(partition -> consumer.position(partition, PATIENCE));
  }

  /** Returns whether it was a finding not seen before. */
  private boolean handle(ConsumerRecord<byte[], byte[]> record, FindingHandler handler) {
    if (record.value() == null) {
      handler.gone(record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
      return false;
    }
    DeliveredFinding finding;
    try {
      finding = DeliveredFinding.of(record);
    } catch (RuntimeException e) {
      // Whatever somebody else wrote there, the next record may be a finding.
      handler.bad(
          new BadRecord(record.partition(), record.offset(), String.valueOf(e.getMessage())));
      return false;
    }
    if (seen.put(finding.id(), true) != null) {
      return false;
    }
    handler.found(finding);
    return true;
  }

  private boolean isOver(long idleSince) {
    return options
        .idleTimeout()
        .filter(timeout -> System.nanoTime() - idleSince >= timeout.toNanos())
        .isPresent();
  }
}
