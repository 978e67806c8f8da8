package io.stranded.liveness;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import java.util.ArrayList;
import java.util.List;

/** What single objects refer to. For a whole heap there is the {@link Marker}. */
final class References {
  private References() {}

  /**
   * The addresses in the fields or elements of an object, null references left out; none if there
   * is no such object.
   *
   * @param most elements of an array that count
   */
  static List<Long> of(HeapGraph graph, long address, int most) {
    long at = graph.find(address);
    if (at < 0) {
      return List.of();
    }
    return graph.file().u1(at) == HeapRecords.OBJECT_ARRAY_DUMP
        ? elements(graph, address, at, most)
        : graph.instance(address).map(References::fields).orElse(List.of());
  }

  private static List<Long> elements(HeapGraph graph, long address, long at, int most) {
    DumpFile file = graph.file();
    int length = (int) Math.min(most, graph.arrayLength(address));
    long first = graph.fieldsAt(at);
    List<Long> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      add(elements, file.id(first + (long) i * file.idSize()));
    }
    return elements;
  }

  private static List<Long> fields(HeapObject object) {
    List<Long> fields = new ArrayList<>();
    for (HeapClass c = object.type(); c != null; c = c.superclass()) {
      int base = object.type().baseOf(c);
      for (HeapClass.Field field : c.fields()) {
        if (field.type() == HprofType.OBJECT) {
          add(fields, object.idAt(base + field.offset()));
        }
      }
    }
    return fields;
  }

  private static void add(List<Long> addresses, long address) {
    if (address != 0) {
      addresses.add(address);
    }
  }
}
