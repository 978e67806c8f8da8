package io.stranded.internal.jdk;

import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Changes what a dump with ids of 8 bytes says of its classes, and back. */
final class ShapeEditor {
  /** A change that is taken back by closing it. */
  interface Change extends AutoCloseable {
    @Override
    void close();
  }

  private final Path dump;

  /** Where the name and the type of each field stand. */
  private final Map<String, Long> fields = new HashMap<>();

  ShapeEditor(Path dump, Set<String> classNames) throws IOException {
    this.dump = dump;
    try (DumpFile file = DumpFile.open(dump)) {
      DumpIndex index = new DumpIndex(file);
      for (DumpIndex.Segment segment : index.segments()) {
        HeapRecords records = new HeapRecords(file, segment.start(), segment.end());
        while (records.next()) {
          if (records.tag() == HeapRecords.CLASS_DUMP) {
            String name = index.className(records.id());
            if (classNames.contains(name)) {
              read(file, index, name, records.at());
            }
          }
        }
      }
    }
  }

  private void read(DumpFile file, DumpIndex index, String type, long at) {
    int idSize = file.idSize();
    long cursor = at + 9 + 7L * idSize;
    int constants = file.u2(cursor);
    cursor += 2;
    for (int i = 0; i < constants; i++) {
      cursor += 3 + HprofType.size(file.u1(cursor + 2), idSize);
    }
    int statics = file.u2(cursor);
    cursor += 2;
    for (int i = 0; i < statics; i++) {
      fields.put(type + "." + index.string(file.id(cursor)), cursor);
      cursor += idSize + 1 + HprofType.size(file.u1(cursor + idSize), idSize);
    }
    int instanceFields = file.u2(cursor);
    cursor += 2;
    for (int i = 0; i < instanceFields; i++) {
      fields.put(type + "." + index.string(file.id(cursor)), cursor);
      cursor += idSize + 1;
    }
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  private long place(String field) {
    return Objects.requireNonNull(fields.get(field), field);
  }

  /** Gives a field the name of another one, which its class does not have. */
  Change rename(String field) {
    long at = place(field);
    try (DumpFile file = DumpFile.open(dump)) {
      long before = file.id(at);
      write(at, ByteBuffer.allocate(8).putLong(0, file.id(place("java.lang.String.hash"))));
      return () -> write(at, ByteBuffer.allocate(8).putLong(0, before));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a field another type of the same size. */
  Change retype(String field) {
    long at = place(field) + Long.BYTES;
    try (DumpFile file = DumpFile.open(dump)) {
      int before = file.u1(at);
      int after =
          switch (before) {
            case HprofType.OBJECT -> HprofType.LONG;
            case HprofType.LONG -> HprofType.DOUBLE;
            case HprofType.INT -> HprofType.FLOAT;
            case HprofType.BOOLEAN -> HprofType.BYTE;
            case HprofType.BYTE -> HprofType.BOOLEAN;
            default -> throw new IllegalStateException(field + " is of type " + before);
          };
      write(at, ByteBuffer.allocate(1).put(0, (byte) after));
      return () -> write(at, ByteBuffer.allocate(1).put(0, (byte) before));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(long at, ByteBuffer bytes) {
    try (FileChannel channel = FileChannel.open(dump, StandardOpenOption.WRITE)) {
      channel.write(bytes, at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
