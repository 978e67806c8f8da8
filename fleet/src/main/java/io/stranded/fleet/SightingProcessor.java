package io.stranded.fleet;

import io.stranded.finding.Life;
import io.stranded.kafka.DeliveredFinding;
import io.stranded.kafka.FindingMessage;
import io.stranded.kafka.KafkaSinkConfig;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Holds each finding against what was known under its key, and tells what has changed. Repeats
 * change nothing; what is no finding becomes a dead letter.
 */
final class SightingProcessor
    implements Processor<byte @Nullable [], byte @Nullable [], String, Outcome> {
  /** Name of the store: the last sighting under each key. */
  static final String STORE = "sightings";

  /** Headers of a dead letter. */
  static final String REASON = "stranded-reason";

  static final String TOPIC = "stranded-topic";
  static final String PARTITION = "stranded-partition";
  static final String OFFSET = "stranded-offset";

  @SuppressWarnings("NullAway.Init") // by init, before anything is processed
  private ProcessorContext<String, Outcome> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, @Nullable Sighting> store;

  @Override
  public void init(ProcessorContext<String, Outcome> context) {
    this.context = context;
    this.store = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<byte @Nullable [], byte @Nullable []> record) {
    byte[] value = record.value();
    try {
      String key = key(record.key());
      if (value == null) {
        gone(record, key);
      } else {
        seen(record, key, finding(record.key(), value));
      }
    } catch (IllegalArgumentException e) {
      setAside(record, String.valueOf(e.getMessage()));
    }
  }

  private void gone(Record<?, ?> record, String key) {
    Sighting before = store.delete(key);
    if (before != null) {
      forward(record, key, new Outcome.Change(before, null, null));
    }
  }

  private void seen(Record<?, ?> record, String key, DeliveredFinding finding) {
    String expected =
        FindingMessage.key(
            finding.finding().fingerprint(),
            finding
                .target()
                .map(target -> target.instanceId())
                .orElse(FindingMessage.UNKNOWN_INSTANCE));
    if (!key.equals(expected)) {
      throw new IllegalArgumentException("key: expected " + expected);
    }
    if (finding.finding().life().filter(life -> life.stage() == Life.Stage.RESOLVED).isPresent()) {
      gone(record, key);
      return;
    }
    Sighting now = Sighting.of(finding);
    Sighting before = store.get(key);
    if (before != null && before.id().equals(now.id())) {
      return;
    }
    store.put(key, now);
    forward(record, key, new Outcome.Change(before, now, Place.of(finding.finding())));
  }

  private void forward(Record<?, ?> record, String key, Outcome.Change change) {
    String fingerprint = key.substring(0, key.indexOf('|'));
    // The headers speak of one finding, not of what it adds up to.
    context.forward(new Record<>(fingerprint, change, record.timestamp(), new RecordHeaders()));
  }

  private void setAside(Record<byte @Nullable [], byte @Nullable []> record, String reason) {
    Headers headers = new RecordHeaders(record.headers());
    headers.add(REASON, utf8(reason));
    context.recordMetadata().ifPresent(from -> addOrigin(headers, from));
    context.forward(
        new Record<>(
            "",
            new Outcome.DeadLetter(wrapped(record.key()), wrapped(record.value())),
            record.timestamp(),
            headers));
  }

  private static void addOrigin(Headers headers, RecordMetadata from) {
    headers.add(TOPIC, utf8(from.topic()));
    headers.add(PARTITION, utf8(Integer.toString(from.partition())));
    headers.add(OFFSET, utf8(Long.toString(from.offset())));
  }

  private static String key(byte @Nullable [] bytes) {
    String key = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    if (!key.matches("[0-9a-f]{16}\\|.+")) {
      throw new IllegalArgumentException("key: expected fingerprint|instance");
    }
    return key;
  }

  private static DeliveredFinding finding(byte @Nullable [] key, byte[] value) {
    return DeliveredFinding.of(
        new ConsumerRecord<>(KafkaSinkConfig.DEFAULT_TOPIC, 0, 0, key, value));
  }

  private static @Nullable Bytes wrapped(byte @Nullable [] bytes) {
    return bytes == null ? null : Bytes.wrap(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
