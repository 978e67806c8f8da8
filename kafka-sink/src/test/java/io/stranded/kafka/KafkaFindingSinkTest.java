package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class KafkaFindingSinkTest {
  private static final String FINGERPRINT = "0123456789abcdef";
  private static final int BACKLOG = 5000;
  private static final String INSTANCE = "host-1/4711/1";
  private static KafkaBroker broker;

  private final Finding finding = Profiles.latchFinding(FINGERPRINT);
  private final LeakProfile profile = Profiles.profile(INSTANCE, List.of(finding));
  private final Path spool;
  private String topic;

  KafkaFindingSinkTest(@TempDir Path directory) {
    this.spool = directory.resolve("spool");
  }

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void findingArrivesAsItWasSent() throws Exception {
    deliver(config(), profile);
    DeliveredFinding read = Topics.readFindings(broker, topic, 1).get(0);
    assertThat(read.finding()).isEqualTo(finding);
    assertThat(read.target()).isEqualTo(profile.target());
    assertThat(read.takenAt()).isEqualTo(profile.takenAt());
    assertThat(read.key()).isEqualTo(FINGERPRINT + "|" + INSTANCE);
    assertThat(read.threadCount()).isEqualTo(1);
    assertThat(read.cut()).isFalse();
    ConsumerRecord<byte[], byte[]> record = Topics.readAll(broker, topic).get(0);
    assertThat(Topics.text(record.headers().lastHeader(CloudEvent.ID).value()))
        .isEqualTo(read.id());
    assertThat(record.headers()).hasSize(8);
  }

  @Test
  void missingTopicIsCreatedAsPlannedBeforeAnythingIsSent() throws Exception {
    NewTopicPlan plan = new NewTopicPlan(OptionalInt.of(3), OptionalInt.of(1));
    deliver(config().withNewTopic(Optional.of(plan)), profile);
    try (Admin admin = broker.admin()) {
      assertThat(admin.describeTopics(List.of(topic)).allTopicNames().get().values())
          .singleElement()
          .satisfies(made -> assertThat(made.partitions()).hasSize(3));
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      assertThat(admin.describeConfigs(List.of(resource)).all().get().values())
          .singleElement()
          .satisfies(
              made -> assertThat(made.get("cleanup.policy").value()).isEqualTo("compact,delete"));
    }
  }

  @Test
  void missingTopicThatMayNotBeCreatedIsToldWithTheCommandAndNothingIsLost() throws Exception {
    KafkaSinkConfig config = config().withNewTopic(Optional.empty());
    KafkaFindingSink sink = KafkaFindingSink.open(config);
    sink.accept(profile);
    Await.until("the problem is seen", () -> sink.status().problem().isPresent());
    assertThat(sink.status().problem().orElseThrow())
        .contains("topic " + topic + " does not exist")
        .contains("kafka-topics.sh --bootstrap-server " + broker.bootstrapServers())
        .doesNotContain("\n");
    assertThatThrownBy(sink::close)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("1 finding is not in Kafka yet")
        .hasMessageContaining("does not exist");

    Topics.create(broker, topic, 1, Map.of());
    KafkaFindingSink.open(config).close();
    assertThat(Topics.readFindings(broker, topic, 1).get(0).finding()).isEqualTo(finding);
  }

  @Test
  void findingTooLargeForTheClientIsCutAndTheRestFollows() throws Exception {
    KafkaSinkConfig config = config().withClientProperties(Map.of("max.request.size", "60000"));
    deliver(config, withStack("large", noise(200_000)), profile);
    List<DeliveredFinding> read = Topics.readFindings(broker, topic, 2);
    assertThat(read.get(0).cut()).isTrue();
    assertThat(read.get(0).finding().stack()).hasSizeLessThan(1000);
    assertThat(read.get(1).finding()).isEqualTo(finding);
  }

  @Test
  void findingTooLargeForTheTopicIsCutAndTheRestFollows() throws Exception {
    Topics.create(broker, topic, 1, Map.of("max.message.bytes", "20000"));
    deliver(config(), withStack("large", noise(200_000)), profile);
    List<DeliveredFinding> read = Topics.readFindings(broker, topic, 2);
    assertThat(read).extracting(DeliveredFinding::cut).containsExactlyInAnyOrder(true, false);
    // Nothing of another key is lost or changed by it.
    assertThat(read).extracting(DeliveredFinding::finding).contains(finding);
  }

  @Test
  void findingThatCannotBeCutSmallEnoughIsSetAside() throws Exception {
    Topics.create(broker, topic, 1, Map.of("max.message.bytes", "300"));
    KafkaFindingSink sink = KafkaFindingSink.open(config());
    sink.accept(profile);
    Await.until("it is set aside", () -> sink.status().setAside() == 1);
    sink.close();
    ObjectNode line = FindingMessage.parse(Files.readAllBytes(spool.resolve(Quarantine.FILE)));
    assertThat(line.get("reason").asText()).contains("too large");
    assertThat(line.get("record").asText()).contains(FINGERPRINT);
  }

  @Test
  void damagedLineInTheSpoolIsSetAsideAndTheRestFollows() throws Exception {
    try (Spool left = Spool.open(spool, Spool.DEFAULT_CAP_BYTES)) {
      left.append(List.of("{\"half".getBytes(StandardCharsets.UTF_8)));
      left.append(List.of("{}".getBytes(StandardCharsets.UTF_8)));
      byte[] whole = FindingMessage.lines(profile).get(0);
      left.append(List.of(Arrays.copyOf(whole, whole.length - 1)));
    }
    deliver(config(), profile);
    assertThat(Topics.readFindings(broker, topic, 1).get(0).finding()).isEqualTo(finding);
    assertThat(Files.readAllLines(spool.resolve(Quarantine.FILE))).hasSize(3);
  }

  @Test
  void goneJvmLeavesTombstones() throws Exception {
    try (KafkaFindingSink sink = KafkaFindingSink.open(config())) {
      sink.accept(profile);
      sink.gone(profile.target().orElseThrow());
    }
    List<ConsumerRecord<byte[], byte[]>> records = Topics.readAll(broker, topic);
    assertThat(records).hasSize(2);
    assertThat(records.get(1).key()).isEqualTo(records.get(0).key());
    assertThat(records.get(1).value()).isNull();
  }

  @Test
  void tombstonesFollowAlsoAfterARestartOfTheSink() throws Exception {
    deliver(config(), profile);
    try (KafkaFindingSink sink = KafkaFindingSink.open(config())) {
      sink.gone(profile.target().orElseThrow());
    }
    // A second time there is nothing to say.
    try (KafkaFindingSink sink = KafkaFindingSink.open(config())) {
      sink.gone(profile.target().orElseThrow());
    }
    List<ConsumerRecord<byte[], byte[]>> records = Topics.readAll(broker, topic);
    assertThat(records).hasSize(2);
    assertThat(records.get(1).key()).isEqualTo(records.get(0).key());
    assertThat(records.get(1).value()).isNull();
  }

  @Test
  void jvmThatEndedWhileNobodyWatchedLeavesTombstones() throws Exception {
    Process over = new ProcessBuilder("true").start();
    over.waitFor();
    Target target =
        new Target(
            "orders", INSTANCE, InetAddress.getLocalHost().getHostName(), over.pid(), "17.0.15+6");
    deliver(
        config(),
        new LeakProfile(
            Optional.of(target),
            profile.takenAt(),
            profile.dump(),
            profile.threads(),
            profile.findings(),
            profile.notes()));
    deliver(config());
    List<ConsumerRecord<byte[], byte[]>> records = Topics.readAll(broker, topic);
    assertThat(records).hasSize(2);
    assertThat(records.get(1).value()).isNull();
  }

  @Test
  void lastWordOnAJvmThatEndedWhileNobodyWatchedComesBeforeItsOneTombstone() throws Exception {
    Process over = new ProcessBuilder("true").start();
    over.waitFor();
    String here = InetAddress.getLocalHost().getHostName();
    Target target = new Target("orders", INSTANCE, here, over.pid(), "17.0.15+6");
    LeakProfile word =
        new LeakProfile(
            Optional.of(target),
            profile.takenAt(),
            profile.dump(),
            profile.threads(),
            profile.findings(),
            profile.notes());
    try (KafkaFindingSink killed = KafkaFindingSink.open(config())) {
      killed.bygonesReported();
      killed.accept(word);
    }
    LeakProfile resolved = Topics.numbered(INSTANCE, 2);
    try (KafkaFindingSink sink = KafkaFindingSink.open(config())) {
      sink.accept(
          new LeakProfile(
              Optional.of(target),
              resolved.takenAt(),
              resolved.dump(),
              resolved.threads(),
              List.of(finding),
              resolved.notes()));
      sink.gone(target);
      sink.bygonesReported();
    }
    List<ConsumerRecord<byte[], byte[]>> records = Topics.readAll(broker, topic);
    assertThat(records).hasSize(3);
    assertThat(records.get(1).value()).isNotNull();
    assertThat(records.get(2).value()).isNull();
  }

  @Test
  void brokerThatAnswersIsNotSaidToLackReplicasThatAreInSync() throws Exception {
    Topics.create(broker, topic, 1, Map.of());
    KafkaConnection connection = new KafkaConnection(config());
    assertThat(connection.diagnose().line())
        .isEqualTo(broker.bootstrapServers() + " answers but has not acknowledged yet");
    Node one = new Node(1, "h", 1);
    Node two = new Node(2, "h", 2);
    List<Node> both = List.of(one, two);
    assertThat(KafkaTopic.lacksReplicas(new TopicPartitionInfo(0, one, both, both))).isFalse();
    assertThat(KafkaTopic.lacksReplicas(new TopicPartitionInfo(0, one, both, List.of(one))))
        .isTrue();
    assertThat(KafkaTopic.lacksReplicas(new TopicPartitionInfo(0, null, both, both))).isTrue();
  }

  @Test
  void backlogOfManyBatchesArrivesInOrder() throws Exception {
    try (Spool left = Spool.open(spool, Spool.DEFAULT_CAP_BYTES)) {
      appendBacklog(left);
    }
    deliver(config());
    List<DeliveredFinding> read = Topics.readFindings(broker, topic, BACKLOG);
    for (int i = 0; i < BACKLOG; i++) {
      assertThat(Topics.number(read.get(i))).isEqualTo(i);
    }
  }

  @Test
  void batchThatWasUnderWayIsSentAgainBehindWhatHadToBeCut() throws Exception {
    Topics.create(broker, topic, 1, Map.of("max.message.bytes", "20000"));
    try (Spool left = Spool.open(spool, Spool.DEFAULT_CAP_BYTES)) {
      left.append(FindingMessage.lines(withStack("grown", noise(200_000))));
      appendBacklog(left);
      left.append(FindingMessage.lines(withStack("grown", List.of())));
    }
    deliver(config());
    List<Boolean> cut =
        Topics.readAll(broker, topic).stream()
            .filter(record -> Topics.text(record.key()).endsWith("|grown"))
            .map(record -> FindingMessage.parse(record.value()).has(MessageCutter.CUT))
            .toList();
    assertThat(cut).contains(true).last().isEqualTo(false);
  }

  @Test
  void nothingIsSentBehindWhatTheProducerRefusesBeforeThatIsCut() throws Exception {
    try (Spool left = Spool.open(spool, Spool.DEFAULT_CAP_BYTES)) {
      left.append(FindingMessage.lines(withStack("large", noise(200_000))));
      appendBacklog(left);
    }
    deliver(config().withClientProperties(Map.of("max.request.size", "60000")));
    List<ConsumerRecord<byte[], byte[]>> records = Topics.readAll(broker, topic);
    assertThat(records).hasSize(BACKLOG + 1);
  }

  /** Numbered findings that make more than two batches. */
  private static void appendBacklog(Spool left) throws IOException {
    for (int i = 0; i < BACKLOG; i += 100) {
      left.append(
          IntStream.range(i, i + 100)
              .mapToObj(n -> FindingMessage.lines(Topics.numbered(INSTANCE, n)).get(0))
              .toList());
    }
  }

  @Test
  void hostWithoutAddressIsNoErrorAndItsFindingsAreDeliveredOnceItHasOne() throws Exception {
    KafkaSinkConfig config =
        KafkaSinkConfig.of("no-such-host.invalid:9092", spool)
            .withTopic(topic)
            .withCloseTimeout(Duration.ZERO);
    KafkaFindingSink sink = KafkaFindingSink.open(config);
    sink.accept(profile);
    Await.until("the problem is seen", () -> sink.status().problem().isPresent());
    assertThat(sink.status().problem().orElseThrow())
        .contains("no host of no-such-host.invalid:9092 can be resolved");
    assertThatThrownBy(sink::close).hasMessageContaining("1 finding is not in Kafka yet");
    deliver(config());
    assertThat(Topics.readFindings(broker, topic, 1)).hasSize(1);
  }

  private KafkaSinkConfig config() {
    return KafkaSinkConfig.of(broker.bootstrapServers(), spool)
        .withTopic(topic)
        .withCloseTimeout(Duration.ofMinutes(2));
  }

  private static void deliver(KafkaSinkConfig config, LeakProfile... profiles) throws IOException {
    try (KafkaFindingSink sink = KafkaFindingSink.open(config)) {
      for (LeakProfile profile : profiles) {
        sink.accept(profile);
      }
    }
  }

  private LeakProfile withStack(String instance, List<String> stack) {
    return Profiles.profile(
        instance,
        List.of(
            new Finding(
                FINGERPRINT,
                finding.verdict(),
                finding.confidence(),
                finding.cause(),
                finding.summary(),
                finding.blockedOn(),
                finding.threads(),
                finding.pinnedBytes(),
                stack,
                finding.createdBy(),
                finding.evidence())));
  }

  /** Frames that no compression makes small. */
  private static List<String> noise(int bytes) {
    Random random = new Random(1);
    byte[] frame = new byte[100];
    return Stream.generate(
            () -> {
              random.nextBytes(frame);
              return HexFormat.of().formatHex(frame);
            })
        .limit(bytes / 200)
        .toList();
  }
}
