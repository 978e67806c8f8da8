package io.stranded.internal.heap;

import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.HeapRecords;
import java.util.function.Consumer;

/**
 * Reads the objects of segments into an index, and hands on whatever else stands there. Use by one
 * thread; several readers may read different segments into indexes of their own.
 */
final class ObjectReader {
  /** Takes classes, roots, and instances of the classes that matter. */
  @FunctionalInterface
  interface Others {
    void take(int tag, long at);
  }

  private static final long LONGEST_ARRAY_RECORD = 0xffff_ffffL;

  private final DumpFile file;
  private final int idSize;
  private final ObjectIndex objects;
  private final LeafClasses leaves;
  private final Others others;
  private final long virtualThread;
  private final long classValueMap;
  private final long interruptedException;
  private final Consumer<String> damage;

  /**
   * A reader of segments.
   *
   * @param others takes what is no object
   * @param damage hears what is wrong
   */
  ObjectReader(
      DumpFile file,
      DumpIndex index,
      ObjectIndex objects,
      LeafClasses leaves,
      Others others,
      Consumer<String> damage) {
    this.file = file;
    this.idSize = file.idSize();
    this.objects = objects;
    this.leaves = leaves;
    this.others = others;
    this.damage = damage;
    this.virtualThread = index.classId("java.lang.VirtualThread");
    this.classValueMap = index.classId("java.lang.ClassValue$ClassValueMap");
    this.interruptedException = index.classId("java.lang.InterruptedException");
  }

  void read(DumpIndex.Segment segment) {
    HeapRecords records = new HeapRecords(file, segment.start(), segment.end());
    while (records.next()) {
      long at = records.at();
      int tag = records.tag();
      switch (tag) {
        case HeapRecords.INSTANCE_DUMP -> addInstance(records.id(), at);
        case HeapRecords.PRIMITIVE_ARRAY_DUMP -> add(records.id(), at, /* leaf= */ true);
        case HeapRecords.OBJECT_ARRAY_DUMP -> {
          add(records.id(), at, /* leaf= */ false);
          if (mayBeTruncated(at)) {
            damage.accept("array at offset " + at + " is as long as the format allows: truncated");
          }
        }
        default -> others.take(tag, at);
      }
    }
    if (records.damagedAt() >= 0) {
      damage.accept(
          "heap record at offset "
              + records.damagedAt()
              + " is unknown or longer than its segment, which ends at "
              + segment.end());
    }
  }

  /** Adds an object. */
  void add(long id, long at, boolean leaf) {
    if (!objects.add(id, at, leaf)) {
      damage.accept(
          "object id 0x"
              + Long.toHexString(id)
              + " at offset "
              + at
              + " is misaligned, repeated or far from all others");
    }
  }

  private void addInstance(long id, long at) {
    long classId = file.id(at + 5 + idSize);
    int leafBytes = leaves.fieldBytes(classId);
    if (leafBytes != LeafClasses.NO_LEAF) {
      add(id, at, /* leaf= */ true);
      // Others are compared with their class when they are visited, which leaves never are.
      if (file.u4(at + 5 + 2L * idSize) != leafBytes) {
        damage.accept("object at offset " + at + " does not fit its class");
      }
      return;
    }
    add(id, at, /* leaf= */ false);
    boolean matters =
        classId == virtualThread || classId == interruptedException || classId == classValueMap;
    if (matters && classId != 0) {
      others.take(HeapRecords.INSTANCE_DUMP, at);
    }
  }

  private boolean mayBeTruncated(long at) {
    long length = 1L + 2L * idSize + 8 + idSize * file.u4(at + 5 + idSize);
    return length + idSize > LONGEST_ARRAY_RECORD;
  }
}
