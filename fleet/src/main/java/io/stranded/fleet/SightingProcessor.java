package io.stranded.fleet;

import io.stranded.finding.Life;
import io.stranded.finding.Target;
import io.stranded.kafka.DeliveredFinding;
import io.stranded.kafka.FindingMessage;
import io.stranded.kafka.KafkaSinkConfig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
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

  private final RecordLimit limit;

  @SuppressWarnings("NullAway.Init") // by init, before anything is processed
  private ProcessorContext<String, Outcome> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, @Nullable Sighting> store;

  SightingProcessor(RecordLimit limit) {
    this.limit = limit;
  }

  /**
   * What a record says of its key.
   *
   * @param sighting empty if the leak is gone
   * @param place empty if the leak is gone
   */
  private record Word(String key, Optional<Sighting> sighting, Optional<Place> place) {}

  @Override
  public void init(ProcessorContext<String, Outcome> context) {
    this.context = context;
    this.store = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<byte @Nullable [], byte @Nullable []> record) {
    Word word;
    try {
      word = read(record);
    } catch (RuntimeException e) {
      // Whatever somebody else wrote there, the next record may be a finding.
      context.forward(
          DeadLetters.of(
              record, String.valueOf(e.getMessage()), context.recordMetadata(), limit.bytes()));
      return;
    }
    Sighting now = word.sighting().orElse(null);
    Sighting before = store.get(word.key());
    if (now == null ? before == null : before != null && before.id().equals(now.id())) {
      return;
    }
    Sighting whole = inJvm(word.key());
    if (now == null) {
      store.delete(word.key());
    } else {
      store.put(word.key(), now);
    }
    forward(record, word, whole, inJvm(word.key()));
  }

  /** What is leaked and what is stuck at a place of a JVM, which are one to the fleet. */
  private @Nullable Sighting inJvm(String key) {
    Sighting leaked = store.get(FindingMessage.ofLeaked(key));
    Sighting stuck = store.get(FindingMessage.ofStuck(key));
    if (leaked == null || stuck == null) {
      return leaked == null ? stuck : leaked;
    }
    // Earlier versions had the one key for both, and what is stuck was told under it.
    return leaked.isStuck() ? stuck : leaked.with(stuck);
  }

  private Word read(Record<byte @Nullable [], byte @Nullable []> record) {
    String key = key(record.key());
    byte[] value = record.value();
    if (value == null) {
      return new Word(key, Optional.empty(), Optional.empty());
    }
    DeliveredFinding finding =
        DeliveredFinding.of(
            new ConsumerRecord<>(KafkaSinkConfig.DEFAULT_TOPIC, 0, 0, record.key(), value));
    String expected =
        FindingMessage.key(
            finding.finding(),
            finding.target().map(Target::instanceId).orElse(FindingMessage.UNKNOWN_INSTANCE));
    if (!key.equals(expected) && !key.equals(FindingMessage.ofLeaked(expected))) {
      throw new IllegalArgumentException("key: expected " + expected);
    }
    if (finding.finding().life().filter(life -> life.stage() == Life.Stage.RESOLVED).isPresent()) {
      return new Word(key, Optional.empty(), Optional.empty());
    }
    return new Word(key, Optional.of(Sighting.of(finding)), Optional.of(Place.of(finding)));
  }

  private void forward(
      Record<?, ?> record, Word word, @Nullable Sighting before, @Nullable Sighting now) {
    String fingerprint = word.key().substring(0, word.key().indexOf('|'));
    Outcome.Change change =
        new Outcome.Change(
            before,
            now,
            word.place()
                .map(place -> limit.isLowered() ? place.within(limit.bytes()) : place)
                .orElse(null));
    // The headers speak of one finding, not of what it adds up to.
    context.forward(new Record<>(fingerprint, change, record.timestamp(), new RecordHeaders()));
  }

  private static String key(byte @Nullable [] bytes) {
    if (bytes != null && bytes.length > Bounds.KEY_BYTES) {
      throw new IllegalArgumentException(
          "key: must not be longer than " + Bounds.KEY_BYTES + " bytes");
    }
    String key = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    if (!key.matches("[0-9a-f]{16}\\|.+")) {
      throw new IllegalArgumentException("key: expected fingerprint|instance");
    }
    return key;
  }
}
