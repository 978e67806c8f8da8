package io.stranded.internal.heap;

import io.stranded.finding.Progress;
import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.hprof.LongLongMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dump into a {@link HeapGraph}: in one pass, which learns what is there and where, or,
 * where objects are not in the order of their addresses, in two. A second core reads the latter
 * half of a large dump.
 */
final class HeapGraphBuilder {
  /** More clauses of damage than this tell nobody anything. */
  static final int MOST_DAMAGE = 20;

  private final DumpFile file;
  private final DumpIndex index;
  private final Progress progress;
  private final int idSize;
  private final List<HeapClass> classes = new ArrayList<>();
  private final LongLongMap classIndexes = new LongLongMap();
  private final ObjectIndex objects;
  private final LeafClasses leaves;
  private final ObjectReader reader;
  private final long virtualThread;
  private final long interruptedException;
  private final List<Long> virtualThreads = new ArrayList<>();
  private final List<Long> interruptedExceptions = new ArrayList<>();
  private final GcRoots roots = new GcRoots();
  private final List<String> damage = new ArrayList<>();

  private HeapGraphBuilder(DumpFile file, DumpIndex index, ObjectIndex objects, Progress progress) {
    this.file = file;
    this.index = index;
    this.objects = objects;
    this.progress = progress;
    this.idSize = file.idSize();
    this.leaves = new LeafClasses(this::classById);
    this.reader = new ObjectReader(file, index, objects, leaves, this::take, this::addDamage);
    this.virtualThread = index.classId("java.lang.VirtualThread");
    this.interruptedException = index.classId("java.lang.InterruptedException");
    index.damage().forEach(this::addDamage);
  }

  static HeapGraph build(DumpFile file, Progress progress) {
    DumpIndex index = new DumpIndex(file);
    boolean inTwo = file.size() >= SecondCore.LARGE && SecondCore.exists();
    long bytes = inTwo ? file.size() / 2 : file.size();
    HeapGraphBuilder ordered = new HeapGraphBuilder(file, index, new OrderedIndex(bytes), progress);
    if (ordered.learn(inTwo)) {
      return ordered.graph();
    }
    HeapGraphBuilder unordered =
        new HeapGraphBuilder(file, index, new UnorderedIndex(file.size()), progress);
    unordered.learn(inTwo);
    unordered.place(inTwo);
    return unordered.graph();
  }

  private HeapGraph graph() {
    ClassLinker.link(classes, classIndexes, this::addDamage);
    leaves.classIds().forEach(roots::addGlobal);
    return new HeapGraph(
        file,
        index,
        classes,
        classIndexes,
        objects,
        roots,
        virtualThreads,
        interruptedExceptions,
        damage);
  }

  /**
   * Reads all segments, or returns false once it is clear that this index does not suit.
   *
   * @param inTwo whether a second core reads the latter half of them
   */
  private boolean learn(boolean inTwo) {
    List<DumpIndex.Segment> segments = index.segments();
    if (!inTwo) {
      boolean suits = learn(segments, () -> 0);
      objects.seal();
      return suits;
    }
    int next = 0;
    // Which objects are leaves, only their classes tell, and these come first.
    while (next < segments.size() && objects.size() <= classes.size()) {
      reader.read(segments.get(next++));
    }
    int middle = middle(segments, next);
    SecondReader second =
        SecondReader.start(
            file,
            index,
            segments.subList(middle, segments.size()),
            objects.another(file.size() / 2),
            classes);
    if (!learn(segments.subList(next, middle), second::done)) {
      second.stop();
      return false;
    }
    if (!second.join()) {
      return false;
    }
    objects.absorb(second.objects(), this::addDamage);
    second.handOthersTo(this::take);
    second.damage().forEach(this::addDamage);
    second.leafClasses().forEach(leaves.classIds()::add);
    objects.seal();
    return objects.isUsable();
  }

  private boolean learn(List<DumpIndex.Segment> segments, LongSupplier doneElsewhere) {
    for (DumpIndex.Segment segment : segments) {
      reader.read(segment);
      progress.at("reading", segment.end() + doneElsewhere.getAsLong(), file.size());
      if (!objects.isUsable()) {
        return false;
      }
    }
    return true;
  }

  /** The first segment of those that are the latter half in bytes. */
  private static int middle(List<DumpIndex.Segment> segments, int from) {
    int middle = from;
    int end = segments.size();
    long before = 0;
    long after = 0;
    while (middle < end) {
      if (before <= after) {
        before += length(segments.get(middle++));
      } else {
        after += length(segments.get(--end));
      }
    }
    return middle;
  }

  private static long length(DumpIndex.Segment segment) {
    return segment.end() - segment.start();
  }

  /** Notes where every object is. Of those that are repeated, the last one counts. */
  private void place(boolean inTwo) {
    List<DumpIndex.Segment> segments = index.segments();
    if (!inTwo || !damage.isEmpty()) {
      place(segments, progress);
      return;
    }
    int middle = middle(segments, 0);
    SecondCore<Boolean> core =
        SecondCore.start(
            "stranded-reader",
            () -> place(segments.subList(middle, segments.size()), Progress.NONE));
    try {
      place(segments.subList(0, middle), progress);
    } finally {
      core.join();
    }
  }

  private boolean place(List<DumpIndex.Segment> segments, Progress hearer) {
    long end = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).end();
    for (DumpIndex.Segment segment : segments) {
      HeapRecords records = new HeapRecords(file, segment.start(), segment.end());
      while (records.next()) {
        int tag = records.tag();
        if (tag >= HeapRecords.CLASS_DUMP && tag <= HeapRecords.PRIMITIVE_ARRAY_DUMP) {
          objects.place(records.id(), records.at());
        }
      }
      hearer.at("indexing", segment.end(), end);
    }
    // A failed read is reported late: not after the end.
    return file.change().isEmpty();
  }

  /** Takes what is no mere object. */
  private void take(int tag, long at) {
    long id = file.id(at + 1);
    switch (tag) {
      case HeapRecords.INSTANCE_DUMP -> takeInstance(id, file.id(at + 5 + idSize));
      case HeapRecords.CLASS_DUMP -> {
        reader.add(id, at, /* leaf= */ false);
        if (id != 0) {
          classIndexes.put(id, classes.size());
          HeapClass type = new ClassRecord(file, index, at).read(classes.size());
          classes.add(type);
          if (!type.isNamed()) {
            addDamage("class at offset " + at + " or one of its fields has no name");
          }
        }
      }
      case HeapRecords.ROOT_JNI_GLOBAL, HeapRecords.ROOT_STICKY_CLASS, HeapRecords.ROOT_UNKNOWN ->
          roots.addGlobal(id);
      case HeapRecords.ROOT_JNI_LOCAL, HeapRecords.ROOT_JAVA_FRAME ->
          roots.addOfThread(id, file.u4(at + 1 + idSize), file.i4(at + 5 + idSize));
      case HeapRecords.ROOT_NATIVE_STACK, HeapRecords.ROOT_THREAD_BLOCK ->
          roots.addOfThread(id, file.u4(at + 1 + idSize), -1);
      case HeapRecords.ROOT_THREAD_OBJECT -> {
        if (!roots.addThread(id, file.u4(at + 1 + idSize), file.u4(at + 5 + idSize))) {
          addDamage("thread at offset " + at + " is there twice");
        }
      }
      default -> {
        // MONITOR_USED: whoever uses a monitor has it on its stack; it keeps nothing alive.
      }
    }
  }

  private void takeInstance(long id, long classId) {
    if (classId == virtualThread) {
      virtualThreads.add(id);
    } else if (classId == interruptedException) {
      interruptedExceptions.add(id);
    } else {
      // A ClassValueMap. Only Class.classValueMap refers to it, and HotSpot dumps no fields of
      // class mirrors: without this, whatever is reachable through a ClassValue alone would seem
      // lost.
      roots.addGlobal(id);
    }
  }

  private @Nullable HeapClass classById(long id) {
    int position = (int) classIndexes.getOrDefault(id, -1);
    return position < 0 ? null : classes.get(position);
  }

  private void addDamage(String clause) {
    if (damage.size() < MOST_DAMAGE) {
      damage.add(clause);
    }
  }

  /** Reads one CLASS_DUMP. */
  private record ClassRecord(DumpFile file, DumpIndex index, long at) {
    HeapClass read(int position) {
      int idSize = file.idSize();
      long id = file.id(at + 1);
      long superId = file.id(at + 5 + idSize);
      long loaderId = file.id(at + 5 + 2L * idSize);
      long instanceSize = file.u4(at + 5 + 7L * idSize);
      long cursor = at + 9 + 7L * idSize;
      int constants = file.u2(cursor);
      cursor += 2;
      for (int i = 0; i < constants; i++) {
        cursor += 3 + HprofType.size(file.u1(cursor + 2), idSize);
      }
      int staticCount = file.u2(cursor);
      cursor += 2;
      List<HeapClass.StaticField> statics = new ArrayList<>(staticCount);
      for (int i = 0; i < staticCount; i++) {
        int type = file.u1(cursor + idSize);
        long valueAt = cursor + idSize + 1;
        statics.add(new HeapClass.StaticField(index.string(file.id(cursor)), type, valueAt));
        cursor = valueAt + HprofType.size(type, idSize);
      }
      int fieldCount = file.u2(cursor);
      cursor += 2;
      List<HeapClass.Field> fields = new ArrayList<>(fieldCount);
      int offset = 0;
      for (int i = 0; i < fieldCount; i++) {
        int type = file.u1(cursor + idSize);
        fields.add(new HeapClass.Field(index.string(file.id(cursor)), type, offset));
        offset += HprofType.size(type, idSize);
        cursor += idSize + 1;
      }
      return new HeapClass(
          position,
          id,
          index.className(id),
          superId,
          loaderId,
          instanceSize,
          fields,
          statics,
          offset);
    }
  }
}
