package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Verdict;
import io.stranded.report.TextReport;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records held against the schema where they are read. */
class DeliveredFindingTest {
  private static final byte[] LINE =
      FindingMessage.lines(Topics.numbered("host-1/4711/1", 1)).get(0);

  @ParameterizedTest
  @CsvSource({
    "count, \"many\", count: expected integer",
    "count, -3, count: must not be less than 0",
    "threads, null, threads: expected array",
    "fingerprint, \"none\", fingerprint: does not match ^[0-9a-f]{16}$",
    "takenAt, \"+1000000000-12-31T23:59:59Z\", 'takenAt: expected an instant such as"
        + " 2026-01-31T12:00:00Z, of the years 1 to 9999'",
    "verdict, 7, 'verdict: expected one of LEAKED, INCONCLUSIVE, SUSPECT'",
    "verdict, \"\\u001b[31m\", 'verdict: expected one of LEAKED, INCONCLUSIVE, SUSPECT'"
  })
  void whatDoesNotConformToTheSchemaIsNoFinding(String field, String value, String reason)
      throws Exception {
    ObjectNode wrong = FindingMessage.parse(LINE);
    JsonNode node = FindingMessage.MAPPER.readTree(value);
    wrong.set(field, node);
    assertThatThrownBy(() -> DeliveredFinding.of(record(wrong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }

  @Test
  void wordsOfALaterVersionAreShownAsTheyAre() throws Exception {
    ObjectNode later =
        FindingMessage.parse(LINE)
            .put("verdict", "PROBABLE")
            .put("confidence", "BY_A_HAIR")
            .put("cause", "HELD_BY_A_GHOST");
    later.withObject("/dump").put("roots", "thawed");
    later
        .putObject("life")
        .put("stage", "MOVED")
        .put("firstSeen", "2026-01-31T12:00:00Z")
        .put("lastSeen", "2026-01-31T12:00:00Z")
        .put("further", 0);
    DeliveredFinding read = DeliveredFinding.of(record(later));
    assertThat(read.verdict()).isEqualTo("PROBABLE");
    assertThat(read.cause()).isEqualTo("HELD_BY_A_GHOST");
    assertThat(read.finding().verdict()).isEqualTo(Verdict.SUSPECT);
    assertThat(TextReport.of(read.finding(), false))
        .contains("verdict PROBABLE, as a later version calls it")
        .contains("confidence BY_A_HAIR, as a later version calls it")
        .contains("cause HELD_BY_A_GHOST, as a later version calls it")
        .contains("stage MOVED, as a later version calls it");
    assertThat(FindingMessage.parse(read.json().getBytes(StandardCharsets.UTF_8))).isEqualTo(later);
  }

  private static ConsumerRecord<byte[], byte[]> record(ObjectNode value) {
    return new ConsumerRecord<>("t", 0, 0, new byte[0], FindingMessage.bytes(value));
  }
}
