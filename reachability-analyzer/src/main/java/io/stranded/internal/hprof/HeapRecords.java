package io.stranded.internal.hprof;

/**
 * Walks the sub-records of one heap dump segment. Use by one thread.
 *
 * <pre>{@code
 * while (records.next()) {
 *   switch (records.tag()) { … records.at() … }
 * }
 * if (records.damagedAt() >= 0) …
 * }</pre>
 *
 * A sub-record is only stepped on when it lies within the segment whole, so whoever reads it need
 * not check lengths again.
 */
public final class HeapRecords {
  public static final int ROOT_UNKNOWN = 0xff;
  public static final int ROOT_JNI_GLOBAL = 0x01;
  public static final int ROOT_JNI_LOCAL = 0x02;
  public static final int ROOT_JAVA_FRAME = 0x03;
  public static final int ROOT_NATIVE_STACK = 0x04;
  public static final int ROOT_STICKY_CLASS = 0x05;
  public static final int ROOT_THREAD_BLOCK = 0x06;
  public static final int ROOT_MONITOR_USED = 0x07;
  public static final int ROOT_THREAD_OBJECT = 0x08;
  public static final int CLASS_DUMP = 0x20;
  public static final int INSTANCE_DUMP = 0x21;
  public static final int OBJECT_ARRAY_DUMP = 0x22;
  public static final int PRIMITIVE_ARRAY_DUMP = 0x23;

  private final DumpFile file;
  private final int idSize;
  private final long end;
  private long next;
  private long at;
  private int tag;
  private long damagedAt = -1;

  /** Walks the sub-records between two offsets of the file. */
  public HeapRecords(DumpFile file, long start, long end) {
    this.file = file;
    this.idSize = file.idSize();
    this.next = start;
    this.end = end;
  }

  /** Steps on the next sub-record, or returns false at the end or at the first damaged one. */
  public boolean next() {
    if (next >= end) {
      return false;
    }
    at = next;
    tag = file.u1(at);
    // Four of five are instances.
    long length = tag == INSTANCE_DUMP ? instanceLength() : length();
    if (length < 0 || length > end - at) {
      damagedAt = at;
      next = end;
      return false;
    }
    next = at + length;
    return true;
  }

  /** The kind of the current sub-record. */
  public int tag() {
    return tag;
  }

  /** Offset of the current sub-record's tag. */
  public long at() {
    return at;
  }

  /** The id that every sub-record starts with. */
  public long id() {
    return file.id(at + 1);
  }

  /** Offset of a sub-record that is unknown or does not fit its segment, or -1. */
  public long damagedAt() {
    return damagedAt;
  }

  private long instanceLength() {
    int header = 1 + 2 * idSize + 8;
    return fits(header) ? header + file.u4(at + header - 4) : -1;
  }

  private long length() {
    return switch (tag) {
      case ROOT_UNKNOWN, ROOT_STICKY_CLASS, ROOT_MONITOR_USED -> 1 + idSize;
      case ROOT_JNI_GLOBAL -> 1 + 2 * idSize;
      case ROOT_JNI_LOCAL, ROOT_JAVA_FRAME, ROOT_THREAD_OBJECT -> 1 + idSize + 8;
      case ROOT_NATIVE_STACK, ROOT_THREAD_BLOCK -> 1 + idSize + 4;
      case OBJECT_ARRAY_DUMP -> {
        int header = 1 + 2 * idSize + 8;
        yield fits(header) ? header + idSize * file.u4(at + 1 + idSize + 4) : -1;
      }
      case PRIMITIVE_ARRAY_DUMP -> {
        int header = 1 + idSize + 9;
        if (!fits(header)) {
          yield -1;
        }
        int size = HprofType.size(file.u1(at + header - 1), idSize);
        yield size == 0 ? -1 : header + size * file.u4(at + header - 5);
      }
      case CLASS_DUMP -> classLength();
      default -> -1;
    };
  }

  private long classLength() {
    long position = at + 1 + 7L * idSize + 8;
    if (position + 2 > end) {
      return -1;
    }
    int constants = file.u2(position);
    position += 2;
    for (int i = 0; i < constants; i++) {
      position = afterValue(position + 2);
      if (position < 0) {
        return -1;
      }
    }
    if (position + 2 > end) {
      return -1;
    }
    int statics = file.u2(position);
    position += 2;
    for (int i = 0; i < statics; i++) {
      position = afterValue(position + idSize);
      if (position < 0) {
        return -1;
      }
    }
    if (position + 2 > end) {
      return -1;
    }
    int fields = file.u2(position);
    position += 2;
    long fieldsEnd = position + (long) fields * (idSize + 1);
    if (fieldsEnd > end) {
      return -1;
    }
    for (; position < fieldsEnd; position += idSize + 1) {
      if (HprofType.size(file.u1(position + idSize), idSize) == 0) {
        return -1;
      }
    }
    return fieldsEnd - at;
  }

  /** The offset after a type code and a value of that type, or -1 if that is not there. */
  private long afterValue(long typeAt) {
    if (typeAt >= end) {
      return -1;
    }
    int size = HprofType.size(file.u1(typeAt), idSize);
    return size == 0 || typeAt + 1 + size > end ? -1 : typeAt + 1 + size;
  }

  private boolean fits(int length) {
    return length <= end - at;
  }
}
