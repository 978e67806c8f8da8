package io.stranded.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Finding;
import io.stranded.finding.Target;
import io.stranded.report.ProfileJsonReader;
import java.nio.charset.StandardCharsets;
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
 * @param finding what was found; words that only a later version knows stand in its evidence
 * @param verdict how sure it is, in the word of the record
 * @param cause why the threads wait for ever, in the word of the record
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
    String verdict,
    String cause,
    long threadCount,
    boolean cut,
    String json,
    int partition,
    long offset) {
  private static final SchemaCheck SCHEMA =
      SchemaCheck.of(FindingMessage.class, FindingMessage.SCHEMA_RESOURCE);

  /**
   * Reads a record that is not a tombstone.
   *
   * @throws IllegalArgumentException if it does not conform to the schema of findings; the message
   *     is one line
   */
  public static DeliveredFinding of(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode node = FindingMessage.parse(record.value());
    if (!node.path("schema").asText().equals(FindingMessage.SCHEMA)) {
      throw new IllegalArgumentException("schema: expected " + FindingMessage.SCHEMA);
    }
    SCHEMA.check(node);
    String verdict = node.path("verdict").textValue();
    String cause = node.path("cause").textValue();
    Finding finding = ProfileJsonReader.finding(node);
    return new DeliveredFinding(
        record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
        node.path("id").textValue(),
        Instant.parse(node.path("takenAt").textValue()),
        node.path("target").isObject()
            ? Optional.of(ProfileJsonReader.target(node.path("target")))
            : Optional.empty(),
        finding,
        verdict,
        cause,
        node.path("count").longValue(),
        node.has(MessageCutter.CUT),
        new String(record.value(), StandardCharsets.UTF_8),
        record.partition(),
        record.offset());
  }
}
