package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.Profiles;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class FindingMessageTest {
  private static final String FINGERPRINT = "0123456789abcdef";
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(FindingMessage.class.getResourceAsStream(FindingMessage.SCHEMA_RESOURCE));

  private final Finding finding = Profiles.latchFinding(FINGERPRINT);
  private final LeakProfile profile = Profiles.profile("host-1/4711/1", List.of(finding));

  @Test
  void messageConformsToTheSchema() {
    assertThat(SCHEMA.validate(tree(line(profile)))).isEmpty();
    assertThat(SCHEMA.validate(tree(line(withoutTarget())))).isEmpty();
  }

  @Test
  void schemaRejectsAMessageWithoutId() {
    ObjectNode node = FindingMessage.parse(line(profile));
    node.remove("id");
    assertThat(SCHEMA.validate(node)).isNotEmpty();
  }

  @Test
  void findingIsReadBackAsItWas() {
    assertThat(ProfileJsonReader.finding(tree(line(profile)))).isEqualTo(finding);
  }

  @Test
  void recordIsACloudEventInBinaryMode() {
    ProducerRecord<byte[], byte[]> record = CloudEvent.record("topic", line(profile));
    assertThat(text(record.key())).isEqualTo(FINGERPRINT + "|host-1/4711/1");
    assertThat(record.value()).isEqualTo(line(profile));
    Map<String, String> headers = new TreeMap<>();
    record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
    assertThat(headers)
        .containsEntry("content-type", "application/json")
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_id", tree(line(profile)).get("id").asText())
        .containsEntry("ce_source", "/orders/host-1%2F4711%2F1")
        .containsEntry("ce_type", "io.stranded.finding.v1")
        .containsEntry("ce_time", "2026-11-21T10:15:30.123Z")
        .containsEntry("ce_subject", FINGERPRINT)
        .containsEntry("ce_dataschema", "https://stranded.io/schema/finding/1")
        .hasSize(8);
  }

  @Test
  void findingOfAnUnknownTargetHasAKeyAllTheSame() {
    ProducerRecord<byte[], byte[]> record = CloudEvent.record("topic", line(withoutTarget()));
    assertThat(text(record.key())).isEqualTo(FINGERPRINT + "|unknown");
  }

  @Test
  void kindThatIsJudgedInSeveralWaysHasOneMessageThatTellsWhatIsProved() {
    Finding doubtful = withVerdict(Verdict.INCONCLUSIVE);
    List<byte[]> lines =
        FindingMessage.lines(Profiles.profile("host-1/4711/1", List.of(doubtful, finding)));
    assertThat(lines).hasSize(1);
    assertThat(tree(lines.get(0)).get("verdict").asText()).isEqualTo("LEAKED");
    assertThat(tree(lines.get(0)).get("count").asInt()).isEqualTo(1);
    assertThat(tree(lines.get(0)).get("evidence").toString()).contains("(INCONCLUSIVE)");
  }

  @Test
  void whatIsStuckBesideWhatIsLeakedHasAKeyOfItsOwnInTheSamePartition() {
    LeakProfile both =
        Profiles.profile("host-1/4711/1", List.of(finding, withConfidence("INTERRUPT_ONLY")));
    List<String> keys =
        FindingMessage.lines(both).stream()
            .map(line -> text(CloudEvent.record("topic", line).key()))
            .toList();
    String leaked = FINGERPRINT + "|host-1/4711/1";
    assertThat(keys)
        .containsExactly(leaked, leaked + "|stuck")
        .isEqualTo(FindingMessage.keys(both));
    List<PartitionInfo> partitions =
        IntStream.range(0, 50)
            .mapToObj(i -> new PartitionInfo("topic", i, Node.noNode(), new Node[0], new Node[0]))
            .toList();
    Cluster cluster = new Cluster("id", List.of(), partitions, Set.of(), Set.of());
    assertThat(keys)
        .extracting(
            key -> {
              byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
              return new KeyPartitioner().partition("topic", bytes, bytes, bytes, bytes, cluster);
            })
        .containsOnly(
            BuiltInPartitioner.partitionForKey(leaked.getBytes(StandardCharsets.UTF_8), 50));
  }

  private Finding withConfidence(String confidence) {
    ObjectNode node = FindingMessage.parse(line(profile)).put("confidence", confidence);
    return ProfileJsonReader.finding(node);
  }

  @Test
  void idDependsOnTheFindingAlone() {
    String id = id(profile);
    assertThat(id(Profiles.profile("host-1/4711/1", List.of(finding)))).isEqualTo(id);
    assertThat(id(Profiles.profile("host-2/4711/1", List.of(finding)))).isNotEqualTo(id);
    assertThat(
            id(Profiles.profile("host-1/4711/1", List.of(Profiles.latchFinding("f".repeat(16))))))
        .isNotEqualTo(id);
    assertThat(id(Profiles.profile("host-1/4711/1", List.of(withThreads(2))))).isNotEqualTo(id);
  }

  @Test
  void cutMessageIsSmallerConformsAndKeepsIdAndCount() {
    byte[] line = line(Profiles.profile("host-1/4711/1", List.of(withThreads(20_000))));
    byte[] cut = MessageCutter.cut(line, 100_000).orElseThrow();
    assertThat(cut.length).isLessThanOrEqualTo(100_000);
    JsonNode node = tree(cut);
    assertThat(SCHEMA.validate(node)).isEmpty();
    assertThat(node.get("id")).isEqualTo(tree(line).get("id"));
    assertThat(node.get("count").asInt()).isEqualTo(20_000);
    assertThat(node.at("/cut/threads").asInt()).isEqualTo(20_000);
    assertThat(node.get("threads")).hasSize(200);
  }

  @Test
  void cuttingAgainKeepsTheFirstLengths() {
    byte[] line = line(Profiles.profile("host-1/4711/1", List.of(withThreads(20_000))));
    byte[] once = MessageCutter.cut(line, 100_000).orElseThrow();
    byte[] twice = MessageCutter.cut(once, once.length / 2).orElseThrow();
    assertThat(tree(twice).at("/cut/threads").asInt()).isEqualTo(20_000);
  }

  @Test
  void whatCannotBeCutSmallEnoughIsNotCut() {
    assertThat(MessageCutter.cut(line(profile), 100)).isEmpty();
    assertThat(MessageCutter.cut("not JSON".getBytes(StandardCharsets.UTF_8), 1)).isEmpty();
  }

  @Test
  void longTextIsCutBetweenCharacters() {
    ObjectNode node = FindingMessage.parse(line(profile)).put("summary", "x" + "😀".repeat(5000));
    byte[] cut = MessageCutter.cut(FindingMessage.bytes(node), 10_000).orElseThrow();
    assertThat(tree(cut).get("summary").asText()).startsWith("x😀").endsWith("😀…");
    assertThat(tree(cut).at("/cut/texts").asInt()).isEqualTo(1);
  }

  private Finding withVerdict(Verdict verdict) {
    return new Finding(
        finding.fingerprint(),
        verdict,
        finding.confidence(),
        finding.cause(),
        "perhaps " + finding.summary(),
        finding.blockedOn(),
        finding.threads(),
        finding.pinnedBytes(),
        finding.stack(),
        finding.createdBy(),
        finding.evidence());
  }

  private Finding withThreads(int count) {
    return new Finding(
        finding.fingerprint(),
        finding.verdict(),
        finding.confidence(),
        finding.cause(),
        finding.summary(),
        finding.blockedOn(),
        LongStream.range(0, count)
            .mapToObj(i -> new FoundThread("pool-1-thread-" + i, i, false, Optional.empty()))
            .toList(),
        finding.pinnedBytes(),
        Collections.nCopies(1000, "app.Import.recurse(Import.java:18)"),
        finding.createdBy(),
        finding.evidence());
  }

  private LeakProfile withoutTarget() {
    return new LeakProfile(
        Optional.empty(),
        profile.takenAt(),
        Optional.empty(),
        profile.threads(),
        profile.findings(),
        profile.notes());
  }

  private static String id(LeakProfile profile) {
    return tree(line(profile)).get("id").asText();
  }

  private static byte[] line(LeakProfile profile) {
    return FindingMessage.lines(profile).get(0);
  }

  private static JsonNode tree(byte[] line) {
    return FindingMessage.parse(line);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
