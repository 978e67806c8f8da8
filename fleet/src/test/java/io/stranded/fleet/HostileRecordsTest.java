package io.stranded.fleet;

import static io.stranded.fleet.Reports.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.kafka.NewTopicPlan;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records that nobody should send. Each is counted, or a dead letter with a reason, or a repeat;
 * the next good one is counted; and nothing that is written outgrows a topic. The system property
 * {@code stranded.hostile.records} says how many random ones are tried, {@code stranded.seed}
 * repeats a run.
 */
class HostileRecordsTest {
  private static final String LATCH = "0123456789abcdef";
  private static final int RECORDS = Integer.getInteger("stranded.hostile.records", 3000);

  /** What a topic takes unless its owner says otherwise, less what framing takes. */
  private static final int TOPIC_BYTES = 1_048_588 - 200;

  private final long seed = Long.getLong("stranded.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Reports one = new Reports(LATCH, "orders", "1.4", "host-1/1/1");
  private final HostileRecords hostile = new HostileRecords(random);
  private final RecordLimit limit = new RecordLimit();
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> findings;
  private final TestOutputTopic<byte[], byte[]> leaks;
  private final TestOutputTopic<byte[], byte[]> deadLetters;
  private final List<TestOutputTopic<byte[], byte[]>> internal = new ArrayList<>();
  private final Map<String, Leak> last = new HashMap<>();

  HostileRecordsTest(@TempDir Path directory) {
    FleetConfig config =
        new FleetConfig(
            "localhost:1",
            FleetTopics.DEFAULT,
            FleetConfig.DEFAULT_APPLICATION_ID,
            Storage.MEMORY,
            directory,
            Duration.ofSeconds(1),
            1,
            Optional.of(NewTopicPlan.BROKER_DEFAULTS),
            Map.of());
    driver =
        new TopologyTestDriver(
            FleetTopology.of(config.topics(), Storage.MEMORY, limit), config.streamsProperties());
    ByteArraySerializer out = new ByteArraySerializer();
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    findings = driver.createInputTopic(config.topics().findings(), out, out);
    leaks = driver.createOutputTopic(config.topics().leaks(), in, in);
    deadLetters = driver.createOutputTopic(config.topics().deadLetters(), in, in);
    for (String topic : List.of("sightings-changelog", "leaks-changelog", "changes-repartition")) {
      internal.add(driver.createOutputTopic("stranded-fleet-" + topic, in, in));
    }
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void timesThatNoCalendarHasAreDeadLetters() {
    for (String time : List.of("+1000000000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z")) {
      assertThat(reason(changed(finding -> finding.put("takenAt", time))))
          .startsWith("takenAt: expected an instant");
    }
    assertThat(reason(changed(finding -> finding.putObject("life").put("stage", "OPENED"))))
        .isEqualTo("life.firstSeen: missing");
  }

  @Test
  void numbersOfWrongTypesAndOutOfRangeAreDeadLetters() {
    assertThat(reason(changed(finding -> finding.put("count", "many"))))
        .isEqualTo("count: expected integer");
    assertThat(reason(changed(finding -> finding.put("count", -3))))
        .isEqualTo("count: must not be less than 0");
    assertThat(reason(changed(finding -> finding.put("count", Long.MAX_VALUE))))
        .isEqualTo("count: must not be more than 2147483647");
    assertThat(reason(changed(finding -> finding.put("pinnedBytes", BigInteger.TWO.pow(64)))))
        .isEqualTo("pinnedBytes: out of range");
    assertThat(reason(changed(finding -> finding.put("count", 1.5))))
        .isEqualTo("count: expected integer");
  }

  @Test
  void whatIsNoThreadListAndNoFingerprintIsADeadLetter() {
    assertThat(reason(changed(finding -> finding.putNull("threads"))))
        .isEqualTo("threads: expected array");
    assertThat(reason(changed(finding -> finding.putArray("threads").add(7))))
        .isEqualTo("threads[0]: expected object");
    assertThat(reason(changed(finding -> finding.put("fingerprint", "none"))))
        .startsWith("fingerprint: does not match");
    assertThat(reason(changed(finding -> finding.remove("evidence"))))
        .isEqualTo("evidence: missing");
    assertThat(reason(utf8(new String(one.leaked(0, 1, 1), StandardCharsets.UTF_8) + "{}")))
        .startsWith("not JSON");
  }

  @Test
  void sumsOfTheLargestNumbersDoNotOverflow() {
    for (int jvm = 0; jvm < 3; jvm++) {
      Reports reports = new Reports(LATCH, "orders", "1.4", "host/" + jvm);
      send(reports.key(), reports.leaked(0, Integer.MAX_VALUE, Long.MAX_VALUE));
    }
    assertThat(leak().threads()).isEqualTo(3L * Integer.MAX_VALUE);
    assertThat(leak().pinnedBytes())
        .isEqualTo(BigInteger.valueOf(Long.MAX_VALUE).multiply(BigInteger.valueOf(3)));
    assertThat(LeakTable.text(List.of(leak()), 1, Reports.minute(1)).get(0))
        .isEqualTo("1 leak, 6,442,450,941 threads, 24576.0 PiB pinned");
  }

  @Test
  void wordsOfALaterVersionAreCountedAsTheyAre() {
    send(one.key(), changed(f -> f.put("verdict", "PROBABLE").put("cause", "HELD_BY_A_GHOST")));
    assertThat(leak().verdicts().named()).isEqualTo(Map.of("PROBABLE", 1L));
    assertThat(leak().place().cause()).isEqualTo("HELD_BY_A_GHOST");
    assertThat(LeakTable.text(List.of(leak()), 1, Reports.minute(1)).get(3))
        .contains("held by a ghost (unproven)");
    send(one.key(), one.leaked(1, 3, 1));
    assertThat(leak().verdicts().named()).isEqualTo(Map.of("LEAKED", 1L));
  }

  @ParameterizedTest
  @ValueSource(ints = {900_000, 12_000_000})
  void whatIsLargerThanATopicIsCutAndSaysHowLargeItWas(int size) {
    byte[] garbage = new byte[size];
    random.nextBytes(garbage);
    TestRecord<byte[], byte[]> record = new TestRecord<>(one.key(), garbage);
    record.headers().add("mine", utf8("7")).add("huge", new byte[size]);
    findings.pipeInput(record);
    TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
    assertThat(bytes(dead)).isLessThan(TOPIC_BYTES);
    assertThat(dead.value())
        .hasSizeGreaterThan(600_000)
        .isEqualTo(Arrays.copyOf(garbage, dead.value().length));
    assertThat(header(dead, "stranded-size")).isEqualTo(Integer.toString(size));
    assertThat(header(dead, "stranded-cut")).isEqualTo("headers,value");
    assertThat(header(dead, "stranded-offset")).isEqualTo("0");
    assertThat(header(dead, "mine")).isEqualTo("7");
  }

  @Test
  void keyThatIsTooLongIsADeadLetterAndCut() {
    findings.pipeInput(utf8(LATCH + "|" + "x".repeat(2_000_000)), one.leaked(0, 1, 1));
    TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
    assertThat(header(dead, "stranded-reason"))
        .isEqualTo("key: must not be longer than 1024 bytes");
    assertThat(header(dead, "stranded-cut")).isEqualTo("key");
    assertThat(bytes(dead)).isLessThan(TOPIC_BYTES);
  }

  @Test
  void servicesBeyondTheFiftiethAreAddedUpAndTakenAwayAgain() {
    String longName = "s".repeat(20_000);
    List<Reports> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(new Reports(LATCH, i + longName, i + longName, "host/" + i));
    }
    all.forEach(each -> send(each.key(), each.leaked(0, 2, 1)));
    assertThat(leak().jvms()).isEqualTo(60);
    assertThat(leak().services().named()).hasSize(50);
    assertThat(leak().services().otherJvms()).isEqualTo(10);
    assertThat(leak().services().otherThreads()).isEqualTo(20);
    all.subList(0, 59).forEach(each -> send(each.key(), null));
    assertThat(leak().jvms()).isEqualTo(1);
    assertThat(leak().services().otherJvms()).isEqualTo(1);
    send(all.get(59).key(), null);
    Reports late = new Reports(LATCH, "late", "", "host/61");
    send(late.key(), late.leaked(3, 2, 1));
    assertThat(leak().services().named()).hasSize(50).containsKey("late");
    assertThat(leak().services().forgotten()).isEqualTo(1);
    assertThat(leak().services().otherJvms()).isZero();
  }

  @Test
  void leakWithTheMostOfEverythingFitsIntoATopic() {
    String worst = "\u0001".repeat(1000);
    List<String> frames = Collections.nCopies(100, worst);
    List<String> names = IntStream.range(0, 100).mapToObj(i -> i + worst).toList();
    Place place = new Place("A".repeat(1000), worst, frames, frames, frames, names, List.of());
    Leak leak = Leak.first(LATCH, sighting(0, 0, worst), place);
    for (int service = 0; service < 60; service++) {
      for (int version = 0; version < 12; version++) {
        leak = leak.plus(sighting(service, version, worst), place);
      }
    }
    assertThat(leak.jvms()).isEqualTo(720);
    assertThat(LeakJson.bytes(leak)).hasSizeBetween(300_000, 700_000);
    assertThat(LeakJson.read(LeakJson.bytes(leak))).isEqualTo(leak);
    assertThat(leak.place().evidence()).hasSize(10).allMatch(line -> line.length() == 300);
    assertThat(leak.place().names()).hasSize(5).allMatch(name -> name.length() == 128);
    assertThat(LeakJson.bytes(leak.within(100_000))).hasSizeLessThan(100_000);
  }

  private static Sighting sighting(int service, int version, String tail) {
    return new Sighting("id", 0, 0, service + tail, version + tail, "LEAKED", 2, 1);
  }

  @Test
  void topicThatTakesLessGetsLess() {
    String longName = "s".repeat(300);
    for (int i = 0; i < 60; i++) {
      Reports reports = new Reports(LATCH, i + longName, i + longName, "host/" + i);
      send(reports.key(), reports.leaked(0, 2, 1));
    }
    while (limit.bytes() > 10_000) {
      limit.lower();
    }
    Reports another = new Reports(LATCH, "another", "", "host/x");
    send(another.key(), another.leaked(1, 2, 1));
    assertThat(LeakJson.bytes(leak())).hasSizeLessThan(10_000);
    assertThat(leak().jvms()).isEqualTo(61);
    assertThat(
            leak().services().otherJvms()
                + leak().services().named().values().stream().mapToLong(ServiceShare::jvms).sum())
        .isEqualTo(61);
    findings.pipeInput(one.key(), new byte[20_000]);
    assertThat(bytes(deadLetters.readRecord())).isLessThan(10_000);
  }

  @Test
  void everyRandomRecordIsCountedOrADeadLetterAndTheNextGoodOneIsCounted() {
    Map<String, Long> truth = new HashMap<>();
    for (int i = 0; i < RECORDS; i++) {
      byte[] key = random.nextInt(10) == 0 ? hostile.key() : one.key();
      byte[] value = hostile.value(one);
      TestRecord<byte[], byte[]> record = new TestRecord<>(key, value);
      findings.pipeInput(record);
      List<TestRecord<byte[], byte[]>> dead = deadLetters.readRecordsToList();
      String told = "seed %d, record %d".formatted(seed, i);
      if (dead.isEmpty()) {
        assertThat(key).as(told).isEqualTo(one.key());
        truth.remove(LATCH);
        if (value != null && !isResolved(value)) {
          truth.put(LATCH, Reports.tree(value).path("count").longValue());
        }
      } else {
        assertThat(dead).as(told).hasSize(1);
        assertThat(header(dead.get(0), "stranded-reason")).as(told).isNotBlank();
        assertThat(bytes(dead.get(0))).as(told).isLessThan(TOPIC_BYTES);
      }
      takeLeaks();
      Leak known = last.get(LATCH);
      long threads = known == null ? 0 : known.threads();
      assertThat(threads).as(told).isEqualTo(truth.getOrDefault(LATCH, 0L));
      if (i % 10 == 0) {
        send(one.key(), one.leaked(i, i, i));
        truth.put(LATCH, (long) i);
        assertThat(leak().threads()).as(told).isEqualTo(i);
      }
    }
  }

  private static boolean isResolved(byte[] value) {
    return Reports.tree(value).path("life").path("stage").asText().equals("RESOLVED");
  }

  private byte[] changed(Consumer<ObjectNode> change) {
    return HostileRecords.changed(one, change);
  }

  /** Sends a record that is no finding, and a good one behind it; returns what is told of it. */
  private String reason(byte[] value) {
    findings.pipeInput(one.key(), value);
    String reason = header(deadLetters.readRecord(), "stranded-reason");
    int threads = 1 + random.nextInt(1000);
    send(one.key(), one.leaked(0, threads, 1));
    assertThat(leak().threads()).isEqualTo(threads);
    return reason;
  }

  private void send(byte[] key, byte @Nullable [] value) {
    findings.pipeInput(new TestRecord<>(key, value));
    takeLeaks();
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  private void takeLeaks() {
    for (TestRecord<byte[], byte[]> record : leaks.readRecordsToList()) {
      assertThat(bytes(record)).isLessThan(TOPIC_BYTES);
      last.put(new String(record.key(), StandardCharsets.UTF_8), LeakJson.read(record.value()));
    }
    for (TestOutputTopic<byte[], byte[]> topic : internal) {
      topic.readRecordsToList().forEach(each -> assertThat(bytes(each)).isLessThan(TOPIC_BYTES));
    }
  }

  private Leak leak() {
    return Objects.requireNonNull(last.get(LATCH));
  }

  private static long bytes(TestRecord<byte[], byte[]> record) {
    long bytes = record.key() == null ? 0 : record.key().length;
    bytes += record.value() == null ? 0 : record.value().length;
    for (Header header : new RecordHeaders(record.headers())) {
      bytes += header.key().length() + header.value().length;
    }
    return bytes;
  }

  private static String header(TestRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
