package io.stranded.fleet;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Findings in, leaks out:
 *
 * <pre>
 * findings ─► SightingProcessor ─► changes, by fingerprint ─► Leak ─► leaks
 *              (last sighting        (repartitioned)        (added up)
 *               of each JVM)   └──► dead letters
 * </pre>
 *
 * <p>A change takes away what a JVM had added before and adds what it has now, so the numbers are
 * exact without a set of JVMs for each leak.
 */
final class FleetTopology {
  /** Name of the store: the leaks by fingerprint. */
  static final String LEAKS = "leaks";

  /** Name of the repartition topic. */
  static final String CHANGES = "changes";

  private FleetTopology() {}

  /**
   * The topology.
   *
   * @param limit may be lowered while it works
   */
  static Topology of(FleetTopics topics, Storage storage, RecordLimit limit) {
    StreamsBuilder builder = new StreamsBuilder();
    Serde<byte[]> bytes = Serdes.ByteArray();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            storage.keyValueStore(SightingProcessor.STORE),
            Serdes.String(),
            JsonSerde.of(Sighting.class)));
    // The records' own times are anybody's, and not every topic takes every time.
    Consumed<byte[], byte[]> consumed =
        Consumed.with(bytes, bytes)
            .withTimestampExtractor(new WallclockTimestampExtractor())
            .withName("findings");
    builder.stream(topics.findings(), consumed)
        .process(
            () -> new SightingProcessor(limit),
            Named.as("held-against-known"),
            SightingProcessor.STORE)
        .split(Named.as("outcome-"))
        .branch(
            (key, outcome) -> outcome instanceof Outcome.DeadLetter,
            Branched.withConsumer(dead -> setAside(dead, topics.deadLetters()), "dead"))
        .defaultBranch(
            Branched.withConsumer(
                changes -> addUp(changes, topics.leaks(), storage, limit), "change"));
    return builder.build();
  }

  private static void setAside(KStream<String, Outcome> outcomes, String topic) {
    outcomes
        .map(
            (none, outcome) -> {
              Outcome.DeadLetter dead = (Outcome.DeadLetter) outcome;
              return KeyValue.pair(dead.key(), dead.value());
            },
            Named.as("dead-letters"))
        .to(topic, Produced.with(Serdes.Bytes(), Serdes.Bytes()).withName("to-dead-letters"));
  }

  private static void addUp(
      KStream<String, Outcome> outcomes, String topic, Storage storage, RecordLimit limit) {
    outcomes
        .mapValues(outcome -> (Outcome.Change) outcome, Named.as("only-changes"))
        .groupByKey(Grouped.with(CHANGES, Serdes.String(), JsonSerde.of(Outcome.Change.class)))
        .aggregate(
            () -> null,
            (fingerprint, change, leak) -> fitted(apply(fingerprint, change, leak), limit),
            Named.as("added-up"),
            Materialized.<String, @Nullable Leak>as(storage.keyValueStore(LEAKS))
                .withKeySerde(Serdes.String())
                .withValueSerde(LeakJson.serde()))
        .toStream(Named.as("changed-leaks"))
        .processValues(LeakHeaders::new, Named.as("with-headers"))
        .to(topic, Produced.with(Serdes.String(), LeakJson.serde()).withName("to-leaks"));
  }

  private static @Nullable Leak apply(
      String fingerprint, Outcome.Change change, @Nullable Leak leak) {
    Leak changed = leak;
    if (change.before() != null && changed != null) {
      changed = changed.minus(change.before());
    }
    Place place = change.place() == null && changed != null ? changed.place() : change.place();
    if (change.now() != null && place != null) {
      if (changed == null) {
        changed = Leak.first(fingerprint, change.now(), place);
      }
      changed = changed.plus(change.now(), place);
    }
    return changed;
  }

  private static @Nullable Leak fitted(@Nullable Leak leak, RecordLimit limit) {
    return leak != null && limit.isLowered() ? leak.within(limit.bytes()) : leak;
  }

  /** Says what the value is, for readers that do not look into it. */
  private static final class LeakHeaders
      extends ContextualFixedKeyProcessor<String, @Nullable Leak, @Nullable Leak> {
    @Override
    public void process(FixedKeyRecord<String, @Nullable Leak> leak) {
      leak.headers().add("content-type", utf8("application/json"));
      leak.headers().add("ce_dataschema", utf8(LeakJson.SCHEMA));
      context().forward(leak);
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
