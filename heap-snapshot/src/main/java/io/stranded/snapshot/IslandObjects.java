package io.stranded.snapshot;

import io.stranded.snapshot.Island.ClassInfo;
import io.stranded.snapshot.Island.FieldInfo;
import io.stranded.snapshot.Island.InstanceItem;
import io.stranded.snapshot.Island.Item;
import io.stranded.snapshot.Island.LiveThread;
import io.stranded.snapshot.Island.NumberArrayItem;
import io.stranded.snapshot.Island.ReferenceArrayItem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The objects of an island as records of a heap dump. */
final class IslandObjects {
  private static final int INSTANCE_DUMP = 0x21;
  private static final int OBJECT_ARRAY_DUMP = 0x22;
  private static final int PRIMITIVE_ARRAY_DUMP = 0x23;

  /** An array's zeros are no more than a segment can hold. */
  private static final long MOST_ZEROS = 1L << 30;

  /** The bit of a Thread's status by which it runs. */
  private static final int RUNNABLE = 0x5;

  private final Island island;
  private final HprofFile out;
  private final List<String> holderTypes;
  private final Map<Integer, List<FieldInfo>> instanceFields = new HashMap<>();

  /**
   * Of an island, into a dump.
   *
   * @param holderTypes the names of classes that weak holders may have, the first one best
   */
  IslandObjects(Island island, HprofFile out, List<String> holderTypes) {
    this.island = island;
    this.out = out;
    this.holderTypes = holderTypes;
  }

  static List<FieldInfo> ownFields(ClassInfo type) {
    return type.fields().stream().filter(field -> !field.isStatic()).toList();
  }

  /** The fields of an instance: those of its class, then of each superclass. */
  private List<FieldInfo> fieldsOf(int index) {
    List<FieldInfo> known = instanceFields.get(index);
    if (known == null) {
      known = new ArrayList<>();
      Set<Integer> seen = new HashSet<>();
      for (ClassInfo type = island.classes().get(index);
          type != null && seen.add(type.index());
          type = island.classes().get(type.superIndex())) {
        known.addAll(ownFields(type));
      }
      instanceFields.put(index, known);
    }
    return known;
  }

  void writeItems() throws IOException {
    List<Item> ordered = new ArrayList<>(island.items());
    ordered.sort(Comparator.comparingLong(Item::address));
    for (Item item : ordered) {
      if (item instanceof InstanceItem instance) {
        writeInstance(instance);
      } else if (item instanceof ReferenceArrayItem array) {
        writeReferenceArray(array);
      } else if (item instanceof NumberArrayItem array) {
        writeNumberArray(array);
      }
    }
  }

  private void writeInstance(InstanceItem instance) throws IOException {
    ByteBuffer bytes = instance.bytes();
    boolean stub = bytes.limit() == 0;
    byte[] values =
        HprofRecord.bytes(
            record -> {
              for (FieldInfo field : fieldsOf(instance.type())) {
                writeValue(record, field, bytes, stub);
              }
            });
    writeInstance(instance.address(), type(instance.type()).mirror(), values);
  }

  private void writeInstance(long address, long type, byte[] values) throws IOException {
    out.heap(
        INSTANCE_DUMP, record -> record.id(address).i4(0).id(type).i4(values.length).raw(values));
  }

  private void writeValue(HprofRecord record, FieldInfo field, ByteBuffer bytes, boolean stub)
      throws IOException {
    int at = (int) field.offset();
    int code = HprofRecord.typeCode(field.type());
    if (code == HprofRecord.OBJECT) {
      record.id(stub ? 0 : island.references().at(bytes, at));
      return;
    }
    switch (HprofRecord.size(field.type())) {
      case 1 -> record.i1(stub ? 0 : bytes.get(at));
      case 2 -> record.i2(stub ? 0 : bytes.getShort(at));
      case 4 -> record.i4(stub ? 0 : bytes.getInt(at));
      default -> record.id(stub ? 0 : bytes.getLong(at));
    }
  }

  private void writeReferenceArray(ReferenceArrayItem array) throws IOException {
    out.heap(
        OBJECT_ARRAY_DUMP,
        record -> {
          record.id(array.address()).i4(0).i4(array.elements().limit());
          record.id(type(array.type()).mirror());
          for (int i = 0; i < array.elements().limit(); i++) {
            record.id(array.elements().get(i));
          }
        });
  }

  private void writeNumberArray(NumberArrayItem array) throws IOException {
    String signature = type(array.type()).signature();
    char element = signature.charAt(1);
    if (HprofRecord.typeCode(element) == HprofRecord.OBJECT) {
      // The stub of an array of references.
      writeReferenceArray(
          new ReferenceArrayItem(
              array.address(), array.type(), array.live(), LongBuffer.allocate(0)));
      return;
    }
    int size = HprofRecord.size(element);
    boolean empty = array.bytes().limit() == 0;
    int length = empty ? (int) Math.min(array.length(), MOST_ZEROS / size) : array.length();
    byte[] header =
        HprofRecord.bytes(
            record ->
                record
                    .i1(PRIMITIVE_ARRAY_DUMP)
                    .id(array.address())
                    .i4(0)
                    .i4(length)
                    .i1(HprofRecord.typeCode(element)));
    if (empty && length > 0) {
      out.heapRecordWithZeros(header, (long) length * size);
      return;
    }
    ByteBuffer values = array.bytes();
    out.heapRecord(
        HprofRecord.bytes(
            record -> {
              record.raw(header);
              for (int at = 0; at < length * size; at += size) {
                switch (size) {
                  case 1 -> record.i1(values.get(at));
                  case 2 -> record.i2(values.getShort(at));
                  case 4 -> record.i4(values.getInt(at));
                  default -> record.id(values.getLong(at));
                }
              }
            }));
  }

  /** A thread of which nothing is known but that it lives: it runs. */
  void writeLiveThread(LiveThread thread) throws IOException {
    byte[] values =
        HprofRecord.bytes(
            record -> {
              for (FieldInfo field : fieldsOf(thread.type())) {
                switch (field.name()) {
                  case "tid" -> record.id(thread.id());
                  case "threadStatus" -> record.i4(RUNNABLE);
                  default -> writeValue(record, field, ByteBuffer.allocate(0), /* stub= */ true);
                }
              }
            });
    writeInstance(thread.thread(), type(thread.type()).mirror(), values);
  }

  /** An object that holds another one weakly. */
  void writeHolder(long address, long referent, long type) throws IOException {
    List<FieldInfo> fields = holderFields();
    byte[] values =
        HprofRecord.bytes(
            record -> {
              for (FieldInfo field : fields) {
                if (field.name().equals("referent")) {
                  record.id(referent);
                } else {
                  writeValue(record, field, ByteBuffer.allocate(0), /* stub= */ true);
                }
              }
            });
    writeInstance(address, type, values);
  }

  private List<FieldInfo> holderFields() {
    for (String name : holderTypes) {
      for (ClassInfo type : island.classes().values()) {
        if (Signatures.className(type.signature()).equals(name)) {
          return fieldsOf(type.index());
        }
      }
    }
    return List.of(new FieldInfo(/* isStatic= */ false, 'L', 0, 0, "referent"));
  }

  private ClassInfo type(int index) {
    ClassInfo type = island.classes().get(index);
    if (type == null) {
      throw new IllegalStateException("class " + index + " is not there any more");
    }
    return type;
  }
}
