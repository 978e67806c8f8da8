package io.stranded.testing;

import io.stranded.internal.hprof.HeapRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds places in a dump with ids of 8 bytes that a {@link DumpBuilder} made, and spoils them. */
public final class DumpEditor {
  private static final int RECORDS_START = 31;
  private static final int HEADER = 9;

  private byte[] bytes;

  public DumpEditor(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The dump, to be changed in place. */
  public byte[] bytes() {
    return bytes;
  }

  /** Offset of the first top-level record of a kind. */
  public int record(int tag) {
    int at = RECORDS_START;
    while (bytes[at] != tag) {
      at += HEADER + ByteBuffer.wrap(bytes).getInt(at + 5);
    }
    return at;
  }

  /** Offset of the record that holds the heap. */
  public int heapRecord() {
    int at = RECORDS_START;
    while (bytes[at] != 0x0c && bytes[at] != 0x1c) {
      at += HEADER + ByteBuffer.wrap(bytes).getInt(at + 5);
    }
    return at;
  }

  public int instance(long id) {
    return find(subRecord(HeapRecords.INSTANCE_DUMP, id), heapRecord());
  }

  public int classDump(long id) {
    return find(subRecord(HeapRecords.CLASS_DUMP, id), heapRecord());
  }

  public int threadRoot(long id) {
    return find(subRecord(HeapRecords.ROOT_THREAD_OBJECT, id), heapRecord());
  }

  /** Offset of the text of a string record. */
  public int text(String text) {
    return find(text.getBytes(StandardCharsets.UTF_8), RECORDS_START);
  }

  public void putInt(int at, int value) {
    ByteBuffer.wrap(bytes).putInt(at, value);
  }

  public void replaceId(int at, long id) {
    ByteBuffer.wrap(bytes).putLong(at, id);
  }

  /** Inserts bytes, which moves all that follows. */
  public void insert(int at, byte[] inserted) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + inserted.length);
    System.arraycopy(inserted, 0, longer, at, inserted.length);
    System.arraycopy(bytes, at, longer, at + inserted.length, bytes.length - at);
    bytes = longer;
  }

  private static byte[] subRecord(int tag, long id) {
    return ByteBuffer.allocate(HEADER).put((byte) tag).putLong(id).array();
  }

  private int find(byte[] wanted, int from) {
    int at = from;
    while (!Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
      at++;
    }
    return at;
  }
}
