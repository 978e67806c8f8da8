package io.stranded.fleet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Records that are no findings, as they go to a topic of their own: never larger than it takes. */
final class DeadLetters {
  static final String REASON = "stranded-reason";
  static final String TOPIC = "stranded-topic";
  static final String PARTITION = "stranded-partition";
  static final String OFFSET = "stranded-offset";

  /** Size of the original's value in bytes; none if it had no value. */
  static final String SIZE = "stranded-size";

  /** What was cut, separated by commas: {@code key}, {@code value}, {@code headers}. */
  static final String CUT = "stranded-cut";

  private static final int REASON_CHARACTERS = 500;

  /** What our own headers and the framing may take. */
  private static final int OVERHEAD_BYTES = 1000;

  private DeadLetters() {}

  /** The letter of a record: as it was, as far as there is room. */
  static Record<String, Outcome> of(
      Record<byte @Nullable [], byte @Nullable []> record,
      String reason,
      Optional<RecordMetadata> from,
      int maxBytes) {
    int room = maxBytes - OVERHEAD_BYTES;
    List<String> cut = new ArrayList<>();
    Headers headers = new RecordHeaders();
    room -= copy(record.headers(), headers, room / 4, cut);
    byte[] key = first(record.key(), room / 4, "key", cut);
    room -= key == null ? 0 : key.length;
    byte[] value = first(record.value(), room, "value", cut);
    headers.add(REASON, utf8(Bounds.shortened(reason, REASON_CHARACTERS)));
    from.ifPresent(
        origin -> {
          headers.add(TOPIC, utf8(origin.topic()));
          headers.add(PARTITION, utf8(Integer.toString(origin.partition())));
          headers.add(OFFSET, utf8(Long.toString(origin.offset())));
        });
    if (record.value() != null) {
      headers.add(SIZE, utf8(Integer.toString(record.value().length)));
    }
    if (!cut.isEmpty()) {
      headers.add(CUT, utf8(String.join(",", cut)));
    }
    return new Record<>(
        "", new Outcome.DeadLetter(wrapped(key), wrapped(value)), record.timestamp(), headers);
  }

  /** Copies the first headers, and returns how many bytes these have. */
  private static int copy(Headers from, Headers to, int most, List<String> cut) {
    int bytes = 0;
    for (Header header : from) {
      int size = utf8(header.key()).length + (header.value() == null ? 0 : header.value().length);
      if (bytes + size > most) {
        cut.add("headers");
        break;
      }
      bytes += size;
      to.add(header);
    }
    return bytes;
  }

  private static byte @Nullable [] first(
      byte @Nullable [] bytes, int most, String name, List<String> cut) {
    if (bytes == null || bytes.length <= most) {
      return bytes;
    }
    cut.add(name);
    return Arrays.copyOf(bytes, most);
  }

  private static @Nullable Bytes wrapped(byte @Nullable [] bytes) {
    return bytes == null ? null : Bytes.wrap(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
