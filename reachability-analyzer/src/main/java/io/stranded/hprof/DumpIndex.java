package io.stranded.hprof;

import java.util.ArrayList;
import java.util.List;

/**
 * The top-level records of a dump: where its segments, names and stacks are. Built in one hop over
 * the file, without touching the segments. Safe for concurrent readers.
 */
public final class DumpIndex {
  private static final int UTF8 = 0x01;
  private static final int LOAD_CLASS = 0x02;
  private static final int STACK_FRAME = 0x04;
  private static final int STACK_TRACE = 0x05;
  private static final int HEAP_DUMP = 0x0c;
  private static final int HEAP_DUMP_SEGMENT = 0x1c;
  private static final int HEAP_DUMP_END = 0x2c;
  private static final int RECORD_HEADER = 9;

  /**
   * A run of heap sub-records.
   *
   * @param start offset of the first
   * @param end offset after the last
   */
  public record Segment(long start, long end) {}

  private final DumpFile file;
  private final int idSize;
  private final LongLongMap strings = new LongLongMap();
  private final LongLongMap classNames = new LongLongMap();
  private final LongLongMap classSerials = new LongLongMap();
  private final List<Long> classIds = new ArrayList<>();
  private final LongLongMap frames = new LongLongMap();
  private final LongLongMap traces = new LongLongMap();
  private final List<Segment> segments = new ArrayList<>();
  private final List<String> damage = new ArrayList<>();

  /** Reads the top-level records. Damage is noted, never thrown. */
  public DumpIndex(DumpFile file) {
    this.file = file;
    this.idSize = file.idSize();
    boolean heapEnded = false;
    boolean segmented = false;
    long at = file.recordsStart();
    while (at < file.size()) {
      if (file.size() - at < RECORD_HEADER) {
        damage.add("ends within a record header at offset " + at);
        break;
      }
      int tag = file.u1(at);
      long length = file.u4(at + 5);
      long body = at + RECORD_HEADER;
      boolean cut = length > file.size() - body;
      if (cut) {
        damage.add(
            "record at offset "
                + at
                + " has "
                + length
                + " bytes, the file ends after "
                + (file.size() - body));
      }
      long end = cut ? file.size() : body + length;
      switch (tag) {
        case HEAP_DUMP, HEAP_DUMP_SEGMENT -> {
          segments.add(new Segment(body, end));
          segmented |= tag == HEAP_DUMP_SEGMENT;
        }
        case HEAP_DUMP_END -> heapEnded = true;
        default -> {
          if (!cut && !note(tag, body, length)) {
            damage.add("record at offset " + at + " with tag " + tag + " is malformed");
          }
        }
      }
      at = end;
    }
    if (segments.isEmpty()) {
      damage.add("no heap segment");
    } else if (segmented && !heapEnded) {
      damage.add("no end of the heap: the dump was cut or never finished");
    }
  }

  /** The heap segments, in the order of the file. */
  public List<Segment> segments() {
    return segments;
  }

  /** What is wrong with the file, one clause each; empty for a whole one. */
  public List<String> damage() {
    return damage;
  }

  /** The text of a string record, or an empty one if there is none. */
  public String string(long id) {
    long at = strings.getOrDefault(id, -1);
    return at < 0 ? "" : file.utf8(at + idSize, (int) (file.u4(at - 4) - idSize));
  }

  /** The binary name of a loaded class with dots, or {@code "?"}. */
  public String className(long classId) {
    long nameId = classNames.getOrDefault(classId, 0);
    return nameId == 0 ? "?" : string(nameId).replace('/', '.');
  }

  /** The id of the first loaded class of a name with dots, or 0. */
  public long classId(String name) {
    for (long id : classIds) {
      if (className(id).equals(name)) {
        return id;
      }
    }
    return 0;
  }

  /** The class id of a class serial number, or 0. */
  public long classOfSerial(long serial) {
    return classSerials.getOrDefault(serial, 0);
  }

  /** The frames of a stack trace, innermost first; empty if it is unknown. */
  public List<StackFrame> stackTrace(long traceSerial) {
    long at = traces.getOrDefault(traceSerial, -1);
    if (at < 0) {
      return List.of();
    }
    int count = (int) Math.min(file.u4(at + 8), (file.u4(at - 4) - 12) / idSize);
    List<StackFrame> stack = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long frame = frames.getOrDefault(file.id(at + 12 + (long) i * idSize), -1);
      stack.add(frame < 0 ? StackFrame.UNKNOWN : frameAt(frame));
    }
    return stack;
  }

  private StackFrame frameAt(long at) {
    long afterIds = at + 4L * idSize;
    long classId = classOfSerial(file.u4(afterIds));
    return new StackFrame(
        className(classId),
        string(file.id(at + idSize)),
        string(file.id(at + 2L * idSize)),
        string(file.id(at + 3L * idSize)),
        file.i4(afterIds + 4),
        classId);
  }

  private boolean note(int tag, long body, long length) {
    switch (tag) {
      case UTF8 -> {
        return length >= idSize && put(strings, file.id(body), body);
      }
      case LOAD_CLASS -> {
        if (length < 8 + 2L * idSize) {
          return false;
        }
        long classId = file.id(body + 4);
        classIds.add(classId);
        return put(classSerials, file.u4(body), classId)
            && put(classNames, classId, file.id(body + 8 + idSize));
      }
      case STACK_FRAME -> {
        return length >= 4L * idSize + 8 && put(frames, file.id(body), body);
      }
      case STACK_TRACE -> {
        return length >= 12 && put(traces, file.u4(body), body);
      }
      default -> {
        return true;
      }
    }
  }

  private static boolean put(LongLongMap map, long key, long value) {
    if (key == 0) {
      return false;
    }
    map.put(key, value);
    return true;
  }
}
