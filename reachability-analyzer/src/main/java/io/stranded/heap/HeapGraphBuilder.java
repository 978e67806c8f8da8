package io.stranded.heap;

import io.stranded.hprof.DumpFile;
import io.stranded.hprof.DumpIndex;
import io.stranded.hprof.HeapRecords;
import io.stranded.hprof.HprofType;
import io.stranded.hprof.LongLongMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dump into a {@link HeapGraph}: in one pass, which learns what is there and where, or,
 * where objects are not in the order of their addresses, in two.
 */
final class HeapGraphBuilder {
  /** More clauses of damage than this tell nobody anything. */
  static final int MOST_DAMAGE = 20;

  private static final long LONGEST_ARRAY_RECORD = 0xffff_ffffL;

  private final DumpFile file;
  private final DumpIndex index;
  private final Progress progress;
  private final int idSize;
  private final List<HeapClass> classes = new ArrayList<>();
  private final LongLongMap classIndexes = new LongLongMap();
  private final ObjectIndex objects;
  private final LeafClasses leaves;
  private final long virtualThread;
  private final long classValueMap;
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
    this.virtualThread = index.classId("java.lang.VirtualThread");
    this.classValueMap = index.classId("java.lang.ClassValue$ClassValueMap");
    this.interruptedException = index.classId("java.lang.InterruptedException");
    index.damage().forEach(this::addDamage);
  }

  static HeapGraph build(DumpFile file, Progress progress) {
    DumpIndex index = new DumpIndex(file);
    HeapGraphBuilder ordered =
        new HeapGraphBuilder(file, index, new OrderedIndex(file.size()), progress);
    if (ordered.learn()) {
      return ordered.graph();
    }
    HeapGraphBuilder unordered =
        new HeapGraphBuilder(file, index, new UnorderedIndex(file.size()), progress);
    unordered.learn();
    unordered.place();
    return unordered.graph();
  }

  private HeapGraph graph() {
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

  /** Reads everything, or returns false once it is clear that this index does not suit. */
  private boolean learn() {
    for (DumpIndex.Segment segment : index.segments()) {
      learn(segment);
      progress.at("reading", segment.end(), file.size());
      if (!objects.isUsable()) {
        return false;
      }
    }
    ClassLinker.link(classes, classIndexes, this::addDamage);
    objects.seal();
    return true;
  }

  private void place() {
    for (DumpIndex.Segment segment : index.segments()) {
      HeapRecords records = new HeapRecords(file, segment.start(), segment.end());
      while (records.next()) {
        int tag = records.tag();
        if (tag >= HeapRecords.CLASS_DUMP && tag <= HeapRecords.PRIMITIVE_ARRAY_DUMP) {
          objects.place(records.id(), records.at());
        }
      }
      progress.at("indexing", segment.end(), file.size());
    }
  }

  private void learn(DumpIndex.Segment segment) {
    HeapRecords records = new HeapRecords(file, segment.start(), segment.end());
    while (records.next()) {
      long at = records.at();
      long id = records.id();
      int tag = records.tag();
      switch (tag) {
        case HeapRecords.INSTANCE_DUMP -> addInstance(id, at);
        case HeapRecords.PRIMITIVE_ARRAY_DUMP -> addObject(id, at, /* leaf= */ true);
        case HeapRecords.OBJECT_ARRAY_DUMP -> {
          addObject(id, at, /* leaf= */ false);
          if (mayBeTruncated(at)) {
            addDamage("array at offset " + at + " is as long as the format allows: truncated");
          }
        }
        case HeapRecords.CLASS_DUMP -> {
          addObject(id, at, /* leaf= */ false);
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
    if (records.damagedAt() >= 0) {
      addDamage(
          "heap record at offset "
              + records.damagedAt()
              + " is unknown or longer than its segment, which ends at "
              + segment.end());
    }
  }

  private void addInstance(long id, long at) {
    long classId = file.id(at + 5 + idSize);
    int leafBytes = leaves.fieldBytes(classId);
    if (leafBytes != LeafClasses.NO_LEAF) {
      addObject(id, at, /* leaf= */ true);
      // Others are compared with their class when they are visited, which leaves never are.
      if (file.u4(at + 5 + 2L * idSize) != leafBytes) {
        addDamage("object at offset " + at + " does not fit its class");
      }
      return;
    }
    addObject(id, at, /* leaf= */ false);
    if (classId == virtualThread && classId != 0) {
      virtualThreads.add(id);
    } else if (classId == interruptedException && classId != 0) {
      interruptedExceptions.add(id);
    } else if (classId == classValueMap && classId != 0) {
      // Only Class.classValueMap refers to it, and HotSpot dumps no fields of class mirrors:
      // without this, whatever is reachable through a ClassValue alone would seem lost.
      roots.addGlobal(id);
    }
  }

  private void addObject(long id, long at, boolean leaf) {
    if (!objects.add(id, at, leaf)) {
      addDamage(
          "object id 0x"
              + Long.toHexString(id)
              + " at offset "
              + at
              + " is misaligned, repeated or far from all others");
    }
  }

  private @Nullable HeapClass classById(long id) {
    int position = (int) classIndexes.getOrDefault(id, -1);
    return position < 0 ? null : classes.get(position);
  }

  private boolean mayBeTruncated(long at) {
    long length = 1L + 2L * idSize + 8 + idSize * file.u4(at + 5 + idSize);
    return length + idSize > LONGEST_ARRAY_RECORD;
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
