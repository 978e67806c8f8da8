package io.stranded.internal.hprof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The top-level records of a dump: where its segments, names and stacks are. Built in one hop over
 * the file, without touching the segments. Safe for concurrent readers.
 */
public final class DumpIndex {
  private static final int RECORD_HEADER = 9;

  /** The name of a class that the dump does not name. */
  public static final String UNKNOWN = "?";

  private static final int MOST_DAMAGE = 20;

  /** Longer names are cut: a report repeats them in every frame. */
  private static final int LONGEST_NAME = 1000;

  /** Records that must follow a heap record of uncertain length for the guess to be believed. */
  private static final int RECORDS_TO_BELIEVE = 16;

  private static final long LENGTH_WRAP = 1L << 32;

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
  private boolean ofHprofAgent;
  // Names repeat in fields and frames; without this, so would their memory.
  private final Map<Long, String> texts = new ConcurrentHashMap<>();
  private final Map<Long, String> dottedTexts = new ConcurrentHashMap<>();

  /** Reads the top-level records. Damage is noted, never thrown. */
  public DumpIndex(DumpFile file) {
    this.file = file;
    this.idSize = file.idSize();
    file.damage().ifPresent(this::addDamage);
    boolean heapEnded = false;
    boolean segmented = false;
    long at = file.recordsStart();
    while (at < file.size()) {
      if (file.size() - at < RECORD_HEADER) {
        addDamage("ends within a record header at offset " + at);
        break;
      }
      int tag = file.u1(at);
      long body = at + RECORD_HEADER;
      long end = body + file.u4(at + 5);
      if (tag == RecordTag.HEAP_DUMP) {
        end = heapDumpEnd(at, body, end);
      }
      boolean cut = end > file.size();
      if (cut) {
        addDamage(
            "record at offset "
                + at
                + " has "
                + (end - body)
                + " bytes, the file ends after "
                + (file.size() - body));
        end = file.size();
      }
      if (RecordTag.isHeap(tag)) {
        segmented |= tag == RecordTag.HEAP_DUMP_SEGMENT;
        if (end > body) {
          segments.add(new Segment(body, end));
        }
      } else if (!RecordTag.isKnown(tag)) {
        // It may be a segment whose tag was hit, so what follows from its absence is open.
        addDamage("record at offset " + at + " has the unknown tag " + tag + " and was skipped");
      } else if (!cut && !note(tag, body, end - body)) {
        addDamage("record at offset " + at + " with tag " + tag + " is malformed");
      }
      ofHprofAgent |= tag == RecordTag.CONTROL_SETTINGS && end - body == 6 && !cut;
      heapEnded |= tag == RecordTag.HEAP_DUMP_END;
      at = end;
    }
    if (segments.isEmpty()) {
      addDamage("no heap segment");
    } else if (segmented && !heapEnded) {
      addDamage("no end of the heap: the dump was cut or never finished");
    }
  }

  /**
   * Whether the agent wrote it that JDKs up to 8 had ({@code -agentlib:hprof}), and not the JVM,
   * which never tells of settings. Its ids are numbers of a table, no addresses.
   */
  public boolean isOfHprofAgent() {
    return ofHprofAgent;
  }

  /** The heap segments, in the order of the file. */
  public List<Segment> segments() {
    return segments;
  }

  /** What is wrong with the file, one clause each; empty for a whole one. */
  public List<String> damage() {
    return damage;
  }

  /** The text of a string record, cut if it is very long; empty if there is no such record. */
  public String string(long id) {
    long at = strings.getOrDefault(id, -1);
    return at < 0 ? "" : texts.computeIfAbsent(id, key -> text(at));
  }

  /** The binary name of a loaded class with dots, or {@code "?"}. */
  public String className(long classId) {
    long nameId = classNames.getOrDefault(classId, 0);
    String name = nameId == 0 ? "" : string(nameId);
    return name.isEmpty()
        ? UNKNOWN
        : dottedTexts.computeIfAbsent(nameId, key -> name.replace('/', '.'));
  }

  private String text(long at) {
    long length = file.u4(at - 4) - idSize;
    String text = file.utf8(at + idSize, (int) Math.min(length, LONGEST_NAME));
    return length > LONGEST_NAME ? text + "…" : text;
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

  /** Whether there is a stack trace of the serial number. */
  public boolean hasStackTrace(long traceSerial) {
    return traces.getOrDefault(traceSerial, -1) >= 0;
  }

  /** The frames of a stack trace, innermost first; empty if it is unknown. */
  public List<StackFrame> stackTrace(long traceSerial) {
    long at = traces.getOrDefault(traceSerial, -1);
    if (at < 0) {
      return List.of();
    }
    int count = (int) file.u4(at + 8);
    List<StackFrame> stack = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long frame =
          frames.getOrDefault(file.id(at + RecordTag.TRACE_HEADER + (long) i * idSize), -1);
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

  /**
   * Where a HEAP_DUMP ends. Its length is 0 when the writer never came back to fill it in, and
   * wraps around when there are 4 GiB or more.
   */
  private long heapDumpEnd(long at, long body, long written) {
    boolean certain = written > body && file.size() - body < LENGTH_WRAP;
    if (certain || body == file.size()) {
      return written;
    }
    for (long end = written; end <= file.size(); end += LENGTH_WRAP) {
      if (leadsToRecords(end)) {
        return end;
      }
    }
    addDamage(
        "heap record at offset " + at + " has a wrong length: expected another record or the end");
    return file.size();
  }

  private boolean leadsToRecords(long from) {
    long at = from;
    for (int i = 0; i < RECORDS_TO_BELIEVE && at != file.size(); i++) {
      if (file.size() - at < RECORD_HEADER) {
        return false;
      }
      long length = file.u4(at + 5);
      if (!RecordTag.fits(file.u1(at), length, idSize)
          || length > file.size() - at - RECORD_HEADER) {
        return false;
      }
      at += RECORD_HEADER + length;
    }
    return true;
  }

  private boolean note(int tag, long body, long length) {
    if (!RecordTag.fits(tag, length, idSize)) {
      return false;
    }
    return switch (tag) {
      // The hprof agent of old JDKs gives a text that nothing names the id 0.
      case RecordTag.UTF8 -> file.id(body) == 0 || put(strings, file.id(body), body);
      case RecordTag.LOAD_CLASS -> {
        long classId = file.id(body + 4);
        classIds.add(classId);
        long nameId = file.id(body + 8 + idSize);
        // JDK 17 loads classes of its archive twice, with two serial numbers.
        boolean again = classNames.getOrDefault(classId, 0) == nameId;
        yield put(classSerials, file.u4(body), classId)
            && (again || put(classNames, classId, nameId));
      }
      case RecordTag.STACK_FRAME -> put(frames, file.id(body), body);
      case RecordTag.STACK_TRACE ->
          file.u4(body + 8) == (length - RecordTag.TRACE_HEADER) / idSize
              && put(traces, file.u4(body), body);
      default -> true;
    };
  }

  private static boolean put(LongLongMap map, long key, long value) {
    if (key == 0 || map.getOrDefault(key, 0) != 0) {
      return false;
    }
    map.put(key, value);
    return true;
  }

  private void addDamage(String clause) {
    if (damage.size() < MOST_DAMAGE) {
      damage.add(clause);
    }
  }
}
