package io.stranded.fleet;

import static io.stranded.fleet.Reports.minute;
import static io.stranded.fleet.Reports.utf8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.stranded.finding.Life;
import io.stranded.kafka.NewTopicPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The topology alone, without a broker: exact numbers after every record. */
class FleetTopologyTest {
  private static final String LATCH = "0123456789abcdef";
  private static final String QUEUE = "fedcba9876543210";
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(LeakJson.class.getResourceAsStream(LeakJson.SCHEMA_RESOURCE));

  private static final String PROVED_OTHERWISE =
      "\"dump\":{\"complete\":true,\"roots\":\"of-a-later-release\",\"objects\":1,\"bytes\":1}";

  private final Reports one = new Reports(LATCH, "orders", "1.4", "host-1/1/1");
  private final Reports two = new Reports(LATCH, "orders", "1.5", "host-2/1/1");
  private final Reports three = new Reports(LATCH, "shop", "", "host-3/1/1");
  private final Path directory;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> findings;
  private TestOutputTopic<String, byte[]> leaks;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  FleetTopologyTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeEach
  void start() {
    start(Storage.MEMORY);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void jvmsThreadsAndBytesAreAddedUp() {
    send(one, one.leaked(0, 3, 100));
    send(two, two.leaked(1, 4, 1000));
    send(three, three.leaked(2, 5, 10_000));
    Leak leak = last(LATCH);
    assertThat(leak.jvms()).isEqualTo(3);
    assertThat(leak.threads()).isEqualTo(12);
    assertThat(leak.pinnedBytes()).isEqualTo(11_100);
    assertThat(leak.firstSeen()).isEqualTo(minute(0));
    assertThat(leak.lastSeen()).isEqualTo(minute(2));
    assertThat(leak.verdicts().named()).isEqualTo(Map.of("LEAKED", 3L));
    assertThat(leak.services().named().keySet()).containsExactly("orders", "shop");
    assertThat(share(leak, "orders").jvms()).isEqualTo(2);
    assertThat(share(leak, "orders").threads()).isEqualTo(7);
    assertThat(share(leak, "orders").versions().named()).isEqualTo(Map.of("1.4", 1L, "1.5", 1L));
    assertThat(share(leak, "shop").versions().named())
        .isEqualTo(Map.of(ServiceShare.NO_VERSION, 1L));
    assertThat(leak.place().waitsOn()).isEqualTo("java.util.concurrent.CountDownLatch");
    assertThat(leak.place().stack()).contains("app.Import.run(Import.java:19)");
  }

  @Test
  void whatWasProvedInAWayThatIsNotKnownYetIsCounted() {
    String finding = new String(one.leaked(0, 3, 100), StandardCharsets.UTF_8);
    String other = finding.replace("\"dump\":null", PROVED_OTHERWISE);
    assertThat(other).contains("of-a-later-release");
    send(one, other.getBytes(StandardCharsets.UTF_8));
    assertThat(last(LATCH).threads()).isEqualTo(3);
  }

  @Test
  void whatIsLeakedAndWhatIsStuckInOneJvmIsAddedUpAndCountsAsOneJvm() {
    send(one, one.leaked(0, 3, 100));
    findings.pipeInput(one.stuckKey(), one.stuck(1, 4, 1000));
    Leak leak = last(LATCH);
    assertThat(leak.jvms()).isEqualTo(1);
    assertThat(leak.threads()).isEqualTo(7);
    assertThat(leak.pinnedBytes()).isEqualTo(1_100);
    assertThat(leak.verdicts().named()).isEqualTo(Map.of("LEAKED", 1L));
    // The leaked ones have ended.
    send(one, one.leaked(2, 0, 0, Life.Stage.RESOLVED));
    leak = last(LATCH);
    assertThat(leak.jvms()).isEqualTo(1);
    assertThat(leak.threads()).isEqualTo(4);
    assertThat(leak.verdicts().named()).isEqualTo(Map.of("STUCK", 1L));
    findings.pipeInput(new TestRecord<>(one.stuckKey(), null));
    leak = last(LATCH);
    assertThat(leak.jvms()).isZero();
    assertThat(leak.threads()).isZero();
  }

  @Test
  void whatAnEarlierVersionToldAsStuckUnderTheOneKeyIsReadAndReplaced() {
    send(one, one.stuck(0, 4, 1000));
    assertThat(last(LATCH).threads()).isEqualTo(4);
    findings.pipeInput(one.stuckKey(), one.stuck(1, 5, 1000));
    Leak leak = last(LATCH);
    assertThat(leak.threads()).isEqualTo(5);
    assertThat(leak.jvms()).isEqualTo(1);
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void leaksAreCountedApart() {
    Reports other = new Reports(QUEUE, "orders", "1.4", "host-1/1/1");
    send(one, one.leaked(0, 3, 100));
    send(other, other.leaked(0, 8, 800));
    assertThat(lastOfAll()).containsOnlyKeys(LATCH, QUEUE);
    send(one, one.leaked(1, 4, 100));
    assertThat(last(LATCH).threads()).isEqualTo(4);
  }

  @Test
  void laterFindingOfTheSameKeyReplacesTheFormer() {
    send(one, one.leaked(0, 3, 100));
    send(two, two.leaked(0, 10, 1000));
    send(one, one.leaked(5, 6, 50));
    Leak leak = last(LATCH);
    assertThat(leak.jvms()).isEqualTo(2);
    assertThat(leak.threads()).isEqualTo(16);
    assertThat(leak.pinnedBytes()).isEqualTo(1050);
    assertThat(leak.lastSeen()).isEqualTo(minute(5));
  }

  @Test
  void findingWithAnotherVerdictMovesItsJvm() {
    send(one, one.finding(UUID.randomUUID(), 0, 3, 100, "SUSPECT"));
    assertThat(last(LATCH).verdicts().named()).isEqualTo(Map.of("SUSPECT", 1L));
    send(one, one.finding(UUID.randomUUID(), 1, 3, 100, "LEAKED"));
    assertThat(last(LATCH).verdicts().named()).isEqualTo(Map.of("LEAKED", 1L));
  }

  @Test
  void redeliveryChangesAndWritesNothing() {
    byte[] finding = one.leaked(0, 3, 100);
    send(one, finding);
    assertThat(last(LATCH).threads()).isEqualTo(3);
    send(one, finding);
    assertThat(leaks.isEmpty()).isTrue();
  }

  @Test
  void repeatOfAWholeBatchEndsAsItHadEnded() {
    byte[] first = one.leaked(0, 3, 100);
    byte[] second = one.leaked(1, 6, 200);
    for (int delivery = 0; delivery < 2; delivery++) {
      send(one, first);
      send(one, second);
      end(one);
      send(two, two.leaked(2, 1, 1));
    }
    Leak leak = last(LATCH);
    assertThat(leak.jvms()).isEqualTo(1);
    assertThat(leak.threads()).isEqualTo(1);
    assertThat(leak.pinnedBytes()).isEqualTo(1);
  }

  @Test
  void threadsThatOnlyEventsHaveShownToAnOlderSidecarDoNotCount() {
    send(one, one.leaked(0, 3, /* further= */ 4, Life.Stage.GROWN));
    assertThat(last(LATCH).threads()).isEqualTo(3);
  }

  @Test
  void resolvedFindingIsTakenAway() {
    send(one, one.leaked(0, 3, 100));
    send(two, two.leaked(0, 4, 100));
    send(two, two.leaked(1, 0, /* further= */ 0, Life.Stage.RESOLVED));
    Leak leak = last(LATCH);
    assertThat(leak.jvms()).isEqualTo(1);
    assertThat(leak.threads()).isEqualTo(3);
  }

  @Test
  void tombstoneTakesAwayWhatTheJvmHadAdded() {
    send(one, one.leaked(0, 3, 100));
    send(two, two.leaked(1, 4, 1000));
    end(one);
    Leak leak = last(LATCH);
    assertThat(leak.jvms()).isEqualTo(1);
    assertThat(leak.threads()).isEqualTo(4);
    assertThat(leak.pinnedBytes()).isEqualTo(1000);
    assertThat(share(leak, "orders").versions().named()).isEqualTo(Map.of("1.5", 1L));
    end(one);
    assertThat(leaks.isEmpty()).as("a second tombstone says nothing new").isTrue();
  }

  @Test
  void goneLeakKeepsWhenAndInWhichVersionItWasFirstSeen() {
    send(one, one.leaked(7, 3, 100));
    end(one);
    Leak gone = last(LATCH);
    assertThat(gone.jvms()).isZero();
    assertThat(gone.threads()).isZero();
    assertThat(gone.verdicts().named()).isEmpty();
    assertThat(gone.firstSeen()).isEqualTo(minute(7));
    send(two, two.leaked(9, 1, 1));
    Leak back = last(LATCH);
    assertThat(back.jvms()).isEqualTo(1);
    assertThat(back.firstSeen()).isEqualTo(minute(7));
    assertThat(share(back, "orders").since()).contains("1.4");
  }

  @Test
  void findingThatLearnsItsCreatorMovesAndKeepsWhenItWasFirstSeen() {
    send(one, one.leaked(0, 3, 100));
    Reports learned = new Reports(QUEUE, one.service(), one.version(), one.instance());
    send(one, one.leaked(5, 0, /* further= */ 0, Life.Stage.RESOLVED));
    send(learned, Reports.alias(learned.leaked(5, 4, /* further= */ 0, Life.Stage.OPENED), LATCH));
    Map<String, Leak> all = lastOfAll();
    assertThat(requireNonNull(all.get(LATCH)).jvms()).isZero();
    Leak now = requireNonNull(all.get(QUEUE));
    assertThat(now.jvms()).isEqualTo(1);
    assertThat(now.threads()).isEqualTo(4);
    assertThat(now.firstSeen()).isEqualTo(minute(0));
    assertThat(share(now, "orders").firstSeen()).isEqualTo(minute(0));
    assertThat(now.lastSeen()).isEqualTo(minute(5));
    assertThat(now.place().aliases()).containsExactly(LATCH);
  }

  @Test
  void newestFindingSaysWhyItIsBelievedAndAnyWhoCreatedTheThreads() {
    String creator = "app.Import.start(Import.java:5)";
    send(one, Reports.created(one.leaked(3, 3, 100), creator, "newest"));
    send(two, Reports.created(two.leaked(1, 3, 100), "app.Old.start(Old.java:5)", "older"));
    assertThat(last(LATCH).place().evidence()).containsExactly("newest");
    send(two, two.leaked(5, 4, 100));
    Place place = last(LATCH).place();
    assertThat(place.evidence()).isEmpty();
    assertThat(place.createdBy()).contains(creator);
    assertThat(place.stack()).contains("app.Import.run(Import.java:22)");
  }

  @Test
  void lateFindingStillSaysWhoCreatedTheThreads() {
    send(one, one.leaked(3, 3, 100));
    String creator = "app.Import.start(Import.java:5)";
    send(two, Reports.created(two.leaked(1, 3, 100), creator, "older"));
    assertThat(last(LATCH).place().createdBy()).contains(creator);
  }

  @ParameterizedTest
  @EnumSource(Storage.class)
  void leakThatAnEarlierVersionHasStoredIsAddedTo(Storage storage) {
    stop();
    start(storage);
    send(one, one.leaked(0, 3, 100));
    ObjectNode stored = LeakJson.toNode(last(LATCH));
    stored.remove("evidence");
    stored.remove("threadNames");
    stored.remove("aliases");
    Leak read = LeakJson.serde().deserializer().deserialize("", utf8(stored.toString()));
    assertThat(read.place().evidence()).isEmpty();
    assertThat(read.place().names()).isEmpty();
    assertThat(LeakJson.read(utf8(stored.toString()))).isEqualTo(read);
    driver
        .<String, Leak>getTimestampedKeyValueStore(FleetTopology.LEAKS)
        .put(LATCH, ValueAndTimestamp.make(read, 1));
    send(two, Reports.created(two.leaked(1, 4, 100), "app.Import.start(Import.java:5)", "proof"));
    Leak leak = last(LATCH);
    assertThat(leak.threads()).isEqualTo(7);
    assertThat(leak.place().evidence()).containsExactly("proof");
    assertThat(leak.place().names()).containsExactly("t");
  }

  @Test
  void whatALaterVersionHasStoredIsReadAsFarAsItIsKnown() {
    String place =
        "{\"cause\":\"BARE_PARK\",\"waitsOn\":\"\",\"stack\":[],\"createdBy\":[],\"mood\":\"blue\"}";
    Outcome.Change change =
        JsonSerde.of(Outcome.Change.class)
            .deserializer()
            .deserialize("", utf8("{\"place\":" + place + ",\"more\":1}"));
    assertThat(requireNonNull(change.place()).cause()).isEqualTo("BARE_PARK");
  }

  @Test
  void whatAnEarlierVersionHasStoredIsRead() {
    String stored =
        "{\"id\":\"1\",\"seenMillis\":5000,\"service\":\"orders\",\"version\":null,"
            + "\"verdict\":\"LEAKED\",\"threads\":2,\"pinnedBytes\":7}";
    String place = "{\"cause\":\"BARE_PARK\",\"waitsOn\":\"\",\"stack\":[],\"createdBy\":[]}";
    Outcome.Change change =
        JsonSerde.of(Outcome.Change.class)
            .deserializer()
            .deserialize(
                "", utf8("{\"before\":null,\"now\":" + stored + ",\"place\":" + place + "}"));
    assertThat(requireNonNull(change.now()).firstMillis()).isEqualTo(5000);
    assertThat(requireNonNull(change.place()).aliases()).isEmpty();
    assertThat(requireNonNull(change.place()).evidence()).isEmpty();
    assertThat(requireNonNull(change.place()).names()).isEmpty();
  }

  @Test
  void earliestFindingSaysSinceWhichVersionEvenIfItComesLate() {
    send(two, two.leaked(5, 1, 1));
    assertThat(share(last(LATCH), "orders").since()).contains("1.5");
    send(three, three.leaked(6, 1, 1));
    send(one, one.leaked(1, 1, 1));
    Leak leak = last(LATCH);
    assertThat(leak.firstSeen()).isEqualTo(minute(1));
    assertThat(leak.lastSeen()).isEqualTo(minute(6));
    assertThat(leak.firstService()).isEqualTo("orders");
    assertThat(share(leak, "orders").since()).contains("1.4");
    assertThat(share(leak, "shop").since()).isEmpty();
    assertThat(share(leak, "shop").firstSeen()).isEqualTo(minute(6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not JSON",
        "[]",
        "{\"schema\":\"https://stranded.io/schema/finding/2\"}",
        "{\"schema\":\"https://stranded.io/schema/finding/1\"}"
      })
  void whatIsNoFindingIsADeadLetterAndTheRestIsCounted(String value) {
    TestRecord<byte[], byte[]> bad = new TestRecord<>(one.key(), utf8(value));
    bad.headers().add("ce_id", utf8("17"));
    findings.pipeInput(bad);
    send(one, one.leaked(0, 3, 100));
    TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
    assertThat(dead.key()).isEqualTo(one.key());
    assertThat(dead.value()).isEqualTo(utf8(value));
    assertThat(header(dead, "stranded-reason")).isNotEmpty().doesNotContain("\n");
    assertThat(header(dead, "stranded-topic")).isEqualTo("threadleak.findings.v1");
    assertThat(header(dead, "stranded-partition")).isEqualTo("0");
    assertThat(header(dead, "stranded-offset")).isEqualTo("0");
    assertThat(header(dead, "ce_id")).isEqualTo("17");
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(last(LATCH).jvms()).isEqualTo(1);
  }

  @Test
  void recordUnderAKeyThatIsNotItsOwnIsADeadLetter() {
    findings.pipeInput(two.key(), one.leaked(0, 3, 100));
    assertThat(header(deadLetters.readRecord(), "stranded-reason"))
        .isEqualTo("key: expected 0123456789abcdef|host-1/1/1");
    findings.pipeInput(new TestRecord<>(utf8("tombstone of nothing"), null));
    assertThat(header(deadLetters.readRecord(), "stranded-reason"))
        .isEqualTo("key: expected fingerprint|instance");
    findings.pipeInput(new TestRecord<>(null, one.leaked(0, 3, 100)));
    assertThat(deadLetters.readRecord().key()).isNull();
    send(one, one.finding(UUID.randomUUID(), 0, -1, 0, "LEAKED"));
    assertThat(header(deadLetters.readRecord(), "stranded-reason"))
        .isEqualTo("count: must not be less than 0");
    assertThat(leaks.isEmpty()).isTrue();
  }

  @Test
  void leaksConformToTheirSchemaAndAreReadBackTheSame() {
    send(one, one.leaked(0, 3, 100));
    send(two, Reports.created(two.leaked(1, 1, 1), "app.Import.start(Import.java:5)", "proof"));
    send(three, Reports.alias(three.leaked(2, 5, 10_000), "00000000000000ff"));
    end(one);
    end(three);
    List<TestRecord<String, byte[]>> records = leaks.readRecordsToList();
    assertThat(records).hasSize(5);
    for (TestRecord<String, byte[]> record : records) {
      assertThat(SCHEMA.validate(Reports.tree(record.value()))).isEmpty();
      assertThat(LeakJson.bytes(LeakJson.read(record.value()))).isEqualTo(record.value());
      assertThat(record.headers().toArray()).hasSize(2);
      assertThat(header(record, "ce_dataschema")).isEqualTo(LeakJson.SCHEMA);
    }
    assertThat(SCHEMA.validate(Reports.tree(utf8("{\"schema\":\"" + LeakJson.SCHEMA + "\"}"))))
        .isNotEmpty();
  }

  /** A slow second way to the same numbers: the last word under each key, added up from scratch. */
  @ParameterizedTest
  @EnumSource(Storage.class)
  void randomReportsAddUpToWhatIsThere(Storage storage) {
    stop();
    start(storage);
    Random random = new Random(42);
    Map<String, long[]> truth = new HashMap<>();
    List<Map.Entry<Reports, byte[]>> sent = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String fingerprint = "%016x".formatted(random.nextInt(5));
      int jvm = random.nextInt(40);
      Reports reports =
          new Reports(fingerprint, "service-" + jvm % 3, "1." + jvm % 4, "host/" + jvm + "/1");
      String key = fingerprint + "|" + reports.instance();
      int choice = random.nextInt(10);
      if (choice < 3) {
        end(reports);
        truth.remove(key);
      } else if (choice < 5 && truth.containsKey(key)) {
        byte[] again =
            sent.stream()
                .filter(entry -> entry.getKey().equals(reports))
                .reduce((a, b) -> b)
                .orElseThrow()
                .getValue();
        send(reports, again);
      } else {
        int threads = random.nextInt(9);
        long bytes = random.nextInt(1000);
        byte[] finding = reports.leaked(i, threads, bytes);
        send(reports, finding);
        sent.add(Map.entry(reports, finding));
        truth.put(key, new long[] {threads, bytes});
      }
    }
    Map<String, Leak> leaks = lastOfAll();
    assertThat(leaks).hasSize(5);
    leaks.forEach(
        (fingerprint, leak) -> {
          List<long[]> there =
              truth.entrySet().stream()
                  .filter(entry -> entry.getKey().startsWith(fingerprint))
                  .map(Map.Entry::getValue)
                  .toList();
          assertThat(leak.jvms()).isEqualTo(there.size());
          assertThat(leak.threads()).isEqualTo(there.stream().mapToLong(n -> n[0]).sum());
          assertThat(leak.pinnedBytes()).isEqualTo(there.stream().mapToLong(n -> n[1]).sum());
          assertThat(leak.services().named().values().stream().mapToLong(ServiceShare::jvms).sum())
              .isEqualTo(there.size());
          leak.services()
              .named()
              .values()
              .forEach(
                  share ->
                      assertThat(share.versions().named().values().stream().mapToLong(n -> n).sum())
                          .isEqualTo(share.jvms()));
        });
  }

  private void start(Storage storage) {
    FleetConfig config =
        new FleetConfig(
            "localhost:1",
            FleetTopics.DEFAULT,
            FleetConfig.DEFAULT_APPLICATION_ID,
            storage,
            directory.resolve(storage.name()),
            Duration.ofSeconds(1),
            1,
            Optional.of(NewTopicPlan.BROKER_DEFAULTS),
            Map.of());
    driver =
        new TopologyTestDriver(
            FleetTopology.of(config.topics(), storage, new RecordLimit()),
            config.streamsProperties());
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    findings =
        driver.createInputTopic(
            config.topics().findings(), new ByteArraySerializer(), new ByteArraySerializer());
    leaks = driver.createOutputTopic(config.topics().leaks(), new StringDeserializer(), bytes);
    deadLetters = driver.createOutputTopic(config.topics().deadLetters(), bytes, bytes);
  }

  private void send(Reports reports, byte[] finding) {
    findings.pipeInput(reports.key(), finding);
  }

  private void end(Reports reports) {
    findings.pipeInput(new TestRecord<>(reports.key(), null));
  }

  private Leak last(String fingerprint) {
    return Objects.requireNonNull(lastOfAll().get(fingerprint));
  }

  private static ServiceShare share(Leak leak, String service) {
    return Objects.requireNonNull(leak.services().named().get(service));
  }

  private Map<String, Leak> lastOfAll() {
    Map<String, Leak> last = new HashMap<>();
    leaks
        .readRecordsToList()
        .forEach(record -> last.put(record.key(), LeakJson.read(record.value())));
    return last;
  }

  private static String header(TestRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
