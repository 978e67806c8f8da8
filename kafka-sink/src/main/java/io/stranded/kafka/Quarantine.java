package io.stranded.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Records that Kafka will never take, set aside so that they do not block the rest: one JSON object
 * per line, with the {@code reason} and the {@code record} as text.
 */
final class Quarantine {
  static final String FILE = "quarantine.jsonl";

  private final Path file;
  private final long capBytes;
  private long count;

  /**
   * @param directory the spool's
   * @param capBytes beyond which records are only counted
   */
  Quarantine(Path directory, long capBytes) {
    this.file = directory.resolve(FILE);
    this.capBytes = capBytes;
  }

  /** Sets a record aside; on the disk when this returns. */
  synchronized void add(byte[] record, String reason) throws IOException {
    ObjectNode node = FindingMessage.MAPPER.createObjectNode();
    node.put("reason", reason);
    node.put("record", new String(record, StandardCharsets.UTF_8));
    byte[] line = (node + "\n").getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile out = PrivateFiles.open(file)) {
      if (out.length() + line.length <= capBytes) {
        out.seek(out.length());
        out.write(line);
        out.getFD().sync();
      }
    }
    count++;
  }

  /** How many records were set aside since this was made. */
  synchronized long count() {
    return count;
  }

  Path file() {
    return file;
  }
}
