package io.stranded.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Finding;
import io.stranded.finding.Target;
import io.stranded.report.ProfileJsonReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A finding as it was read from a topic.
 *
 * @param key {@code fingerprint|instance}
 * @param id the same for every delivery of the same finding
 * @param takenAt when the dump was made or the recording ended
 * @param target the JVM, when known
 * @param finding what was found
 * @param threadCount how many threads; more than the finding lists if it was cut
 * @param cut whether threads, frames or texts were cut because the message was too large for Kafka
 * @param json the message itself, one line
 * @param partition where it was read
 * @param offset where it was read
 */
public record DeliveredFinding(
    String key,
    String id,
    Instant takenAt,
    Optional<Target> target,
    Finding finding,
    long threadCount,
    boolean cut,
    String json,
    int partition,
    long offset) {

  /**
   * Reads a record that is not a tombstone.
   *
   * @throws IllegalArgumentException if it is not a finding; the message is one line
   */
  public static DeliveredFinding of(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode node = FindingMessage.parse(record.value());
    String schema = node.path("schema").asText();
    if (!schema.equals(FindingMessage.SCHEMA)) {
      throw new IllegalArgumentException("schema: expected " + FindingMessage.SCHEMA);
    }
    Finding finding = ProfileJsonReader.finding(node);
    return new DeliveredFinding(
        record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
        text(node, "id"),
        instant(text(node, "takenAt")),
        node.path("target").isObject()
            ? Optional.of(ProfileJsonReader.target(node.path("target")))
            : Optional.empty(),
        finding,
        node.path("count").asLong(finding.count()),
        node.has(MessageCutter.CUT),
        new String(record.value(), StandardCharsets.UTF_8),
        record.partition(),
        record.offset());
  }

  private static String text(ObjectNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw new IllegalArgumentException(field + ": expected a string");
    }
    return node.path(field).textValue();
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("takenAt: expected an ISO-8601 instant", e);
    }
  }
}
