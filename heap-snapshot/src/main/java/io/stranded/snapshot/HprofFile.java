package io.stranded.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A heap dump that is being written: HPROF 1.0.2 with ids of 8 bytes. */
final class HprofFile implements Closeable {
  private static final int UTF8 = 0x01;
  private static final int SEGMENT = 0x1c;
  private static final int END = 0x2c;
  private static final int SEGMENT_BYTES = 1 << 20;

  private final RandomAccessFile file;
  private final DataOutputStream out;
  private final OutputStream raw;
  private final ByteArrayOutputStream segment = new ByteArrayOutputStream();
  private final Map<String, Long> strings = new HashMap<>();
  private long nextString = 1;

  HprofFile(Path path, long timestampMillis) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
    file.setLength(0);
    raw = Channels.newOutputStream(file.getChannel());
    out = new DataOutputStream(raw);
    out.write("JAVA PROFILE 1.0.2\0".getBytes(StandardCharsets.US_ASCII));
    out.writeInt(Long.BYTES);
    out.writeLong(timestampMillis);
  }

  /** The id of a text, which is written first where it is new. */
  long text(String text) throws IOException {
    Long known = strings.get(text);
    if (known != null) {
      return known;
    }
    long id = nextString++;
    strings.put(text, id);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream values = new DataOutputStream(body);
    values.writeLong(id);
    values.write(utf8);
    record(UTF8, body.toByteArray());
    return id;
  }

  /** Writes a record that is none of the heap. */
  void record(int tag, byte[] body) throws IOException {
    out.writeByte(tag);
    out.writeInt(0);
    out.writeInt(body.length);
    out.write(body);
  }

  /** Adds a record of the heap. All texts must be known by now. */
  void heap(int tag, HprofRecord.Body body) throws IOException {
    heapRecord(
        HprofRecord.bytes(
            record -> {
              record.i1(tag);
              body.writeTo(record);
            }));
  }

  /** The same as its bytes. */
  void heapRecord(byte[] bytes) throws IOException {
    segment.write(bytes);
    if (segment.size() >= SEGMENT_BYTES) {
      endSegment();
    }
  }

  /**
   * Adds a record of the heap that ends in zeros, which cost nothing where files may have holes.
   */
  void heapRecordWithZeros(byte[] bytes, long zeros) throws IOException {
    endSegment();
    out.writeByte(SEGMENT);
    out.writeInt(0);
    out.writeInt((int) (bytes.length + zeros));
    out.write(bytes);
    file.seek(file.getFilePointer() + zeros);
  }

  private void endSegment() throws IOException {
    if (segment.size() > 0) {
      record(SEGMENT, segment.toByteArray());
      segment.reset();
    }
  }

  /** Ends the dump. */
  void end() throws IOException {
    endSegment();
    record(END, new byte[0]);
  }

  @Override
  public void close() throws IOException {
    raw.close();
    file.close();
  }
}
