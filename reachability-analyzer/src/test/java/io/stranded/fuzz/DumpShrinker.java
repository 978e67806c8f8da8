package io.stranded.fuzz;

import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.HeapRecords;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a small whole dump of a large one with ids of 8 bytes: all roots and stacks, the objects
 * that threads wait with, a few others, and their classes. References to the rest dangle, which is
 * allowed.
 */
final class DumpShrinker {
  private static final int ID = 8;
  private static final int RECORD_HEADER = 9;
  private static final int ONE_IN = 40;
  private static final int LARGE = 100;
  private static final List<String> KEPT =
      List.of("java.lang.Thread", "java.lang.VirtualThread", "java.util.concurrent.");

  private final DumpFile file;
  private final DumpIndex index;
  private final Map<Long, Long> classDumps = new HashMap<>();
  private final Set<Long> classes = new HashSet<>();
  private final Set<Long> names = new HashSet<>();
  private final List<long[]> kept = new ArrayList<>();

  private DumpShrinker(DumpFile file) {
    this.file = file;
    this.index = new DumpIndex(file);
  }

  static byte[] shrink(Path dump) throws IOException {
    try (DumpFile file = DumpFile.open(dump)) {
      return new DumpShrinker(file).shrink();
    }
  }

  private byte[] shrink() throws IOException {
    keepSubRecords();
    keepFrames();
    Set<Long> withSuperclasses = new HashSet<>();
    for (long id : classes) {
      for (long c = id; classDumps.containsKey(c) && withSuperclasses.add(c); ) {
        c = file.id(classDumps.get(c) + 5 + ID);
      }
    }
    classes.addAll(withSuperclasses);
    ByteArrayOutputStream heap = new ByteArrayOutputStream();
    forEachSubRecord(
        (records, next) -> {
          if (records.tag() == HeapRecords.CLASS_DUMP && classes.contains(records.id())) {
            copy(records.at(), next, heap);
            keepNames(records.at(), next);
          }
        });
    for (long[] range : kept) {
      copy(range[0], range[1], heap);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    copy(0, file.recordsStart(), bytes);
    copyRecords(bytes);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(0x1c);
    out.writeInt(0);
    out.writeInt(heap.size());
    heap.writeTo(out);
    out.write(new byte[] {0x2c, 0, 0, 0, 0, 0, 0, 0, 0});
    return bytes.toByteArray();
  }

  private void keepSubRecords() {
    Set<Long> threads = new HashSet<>();
    forEachSubRecord(
        (records, next) -> {
          if (records.tag() == HeapRecords.ROOT_THREAD_OBJECT) {
            threads.add(records.id());
          }
        });
    int[] seen = {0};
    forEachSubRecord(
        (records, next) -> {
          long at = records.at();
          int tag = records.tag();
          if (tag < HeapRecords.CLASS_DUMP || tag == HeapRecords.ROOT_UNKNOWN) {
            kept.add(new long[] {at, next});
          } else if (tag == HeapRecords.CLASS_DUMP) {
            classDumps.put(records.id(), at);
          } else if (tag == HeapRecords.INSTANCE_DUMP) {
            long classId = file.id(at + 5 + ID);
            if (threads.contains(records.id())
                || KEPT.stream().anyMatch(index.className(classId)::startsWith)
                || seen[0]++ % ONE_IN == 0) {
              kept.add(new long[] {at, next});
              classes.add(classId);
            }
          } else if (next - at < LARGE && seen[0]++ % ONE_IN == 0) {
            kept.add(new long[] {at, next});
            if (tag == HeapRecords.OBJECT_ARRAY_DUMP) {
              classes.add(file.id(at + 9 + ID));
            }
          }
        });
  }

  private void keepFrames() {
    forEachRecord(
        (tag, at, next) -> {
          if (tag == 0x04) {
            for (int i = 1; i <= 3; i++) {
              names.add(file.id(at + RECORD_HEADER + (long) i * ID));
            }
            classes.add(index.classOfSerial(file.u4(at + RECORD_HEADER + 4L * ID)));
          }
        });
  }

  /** Takes every id in a class for that of a name: more than needed, and simple. */
  private void keepNames(long from, long to) {
    for (long at = from; at + ID <= to; at++) {
      names.add(file.id(at));
    }
  }

  private void copyRecords(ByteArrayOutputStream bytes) {
    forEachRecord(
        (tag, at, next) -> {
          if (tag == 0x02 && classes.contains(file.id(at + RECORD_HEADER + 4))) {
            names.add(file.id(at + RECORD_HEADER + 8 + ID));
          }
        });
    forEachRecord(
        (tag, at, next) -> {
          long body = at + RECORD_HEADER;
          boolean wanted =
              switch (tag) {
                case 0x01 -> names.contains(file.id(body));
                case 0x02 -> classes.contains(file.id(body + 4));
                case 0x04, 0x05 -> true;
                default -> false;
              };
          if (wanted) {
            copy(at, next, bytes);
          }
        });
  }

  private void copy(long from, long to, ByteArrayOutputStream bytes) {
    bytes.writeBytes(file.bytes(from, (int) (to - from)));
  }

  @FunctionalInterface
  private interface RecordVisitor {
    void visit(int tag, long at, long next);
  }

  private void forEachRecord(RecordVisitor visitor) {
    long at = file.recordsStart();
    while (at < file.size()) {
      long next = at + RECORD_HEADER + file.u4(at + 5);
      visitor.visit(file.u1(at), at, next);
      at = next;
    }
  }

  @FunctionalInterface
  private interface SubRecordVisitor {
    void visit(HeapRecords records, long next);
  }

  private void forEachSubRecord(SubRecordVisitor visitor) {
    for (DumpIndex.Segment segment : index.segments()) {
      HeapRecords records = new HeapRecords(file, segment.start(), segment.end());
      HeapRecords ahead = new HeapRecords(file, segment.start(), segment.end());
      ahead.next();
      while (records.next()) {
        visitor.visit(records, ahead.next() ? ahead.at() : segment.end());
      }
    }
  }
}
