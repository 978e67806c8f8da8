package io.stranded.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** A record of a heap dump that grows, with ids of 8 bytes. */
final class HprofRecord {
  /** The type code of references. */
  static final int OBJECT = 2;

  /** What a record consists of. */
  interface Body {
    void writeTo(HprofRecord record) throws IOException;
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  /** The bytes of a record. */
  static byte[] bytes(Body body) throws IOException {
    HprofRecord record = new HprofRecord();
    body.writeTo(record);
    return record.bytes.toByteArray();
  }

  HprofRecord i1(int value) throws IOException {
    out.writeByte(value);
    return this;
  }

  HprofRecord i2(int value) throws IOException {
    out.writeShort(value);
    return this;
  }

  HprofRecord i4(int value) throws IOException {
    out.writeInt(value);
    return this;
  }

  HprofRecord id(long value) throws IOException {
    out.writeLong(value);
    return this;
  }

  HprofRecord raw(byte[] value) throws IOException {
    out.write(value);
    return this;
  }

  /** The code of a type by the first letter of its signature. */
  static int typeCode(char signature) {
    return switch (signature) {
      case 'Z' -> 4;
      case 'C' -> 5;
      case 'F' -> 6;
      case 'D' -> 7;
      case 'B' -> 8;
      case 'S' -> 9;
      case 'I' -> 10;
      case 'J' -> 11;
      default -> OBJECT;
    };
  }

  /** Bytes of a value of such a type. */
  static int size(char signature) {
    return switch (signature) {
      case 'Z', 'B' -> 1;
      case 'C', 'S' -> 2;
      case 'F', 'I' -> 4;
      default -> 8;
    };
  }
}
