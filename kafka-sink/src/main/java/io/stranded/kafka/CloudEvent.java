package io.stranded.kafka;

import io.stranded.finding.Confidence;
import io.stranded.finding.Verdict;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A message as a record in the binary mode of CloudEvents 1.0: the attributes are headers, the
 * value is the plain JSON.
 *
 * <p>Written by hand because it is eight headers.
 */
final class CloudEvent {
  static final String ID = "ce_id";
  static final String TIME = "ce_time";

  private CloudEvent() {}

  /**
   * Makes the record of a spool line.
   *
   * @throws IllegalArgumentException if the line is not a message
   */
  static ProducerRecord<byte[], byte[]> record(String topic, byte[] line) {
    MessageHead message = MessageHead.of(line);
    if (message.text(FindingMessage.TOMBSTONE).isPresent()) {
      byte[] key = utf8(message.required(FindingMessage.TOMBSTONE));
      return new ProducerRecord<>(topic, key, null);
    }
    String fingerprint = message.required("fingerprint");
    String instance =
        message.ofTarget("service.instance.id").orElse(FindingMessage.UNKNOWN_INSTANCE);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, utf8(FindingMessage.key(fingerprint, instance, isStuck(message))), line);
    Headers headers = record.headers();
    headers.add("content-type", utf8("application/json"));
    headers.add("ce_specversion", utf8("1.0"));
    headers.add(ID, utf8(message.required("id")));
    headers.add("ce_source", utf8(source(message, instance)));
    headers.add("ce_type", utf8(FindingMessage.TYPE));
    headers.add(TIME, utf8(message.required("takenAt")));
    headers.add("ce_subject", utf8(fingerprint));
    headers.add("ce_dataschema", utf8(FindingMessage.SCHEMA));
    return record;
  }

  /** What only an interrupt, or whoever follows a weak reference, could end. */
  private static boolean isStuck(MessageHead message) {
    return message.text("verdict").filter(Verdict.LEAKED.name()::equals).isPresent()
        && message
            .text("confidence")
            .filter(confidence -> !confidence.equals(Confidence.PROVEN.name()))
            .isPresent();
  }

  /** A URI reference, as CloudEvents asks for: the service and the JVM that the finding is of. */
  private static String source(MessageHead message, String instance) {
    String service = message.ofTarget("service.name").orElse(FindingMessage.UNKNOWN_INSTANCE);
    return "/" + escaped(service) + "/" + escaped(instance);
  }

  private static String escaped(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
