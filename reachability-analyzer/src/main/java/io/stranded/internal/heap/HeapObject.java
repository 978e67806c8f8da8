package io.stranded.internal.heap;

/**
 * An instance in the dump. Its fields are told by offsets, as {@link HeapClass#baseOf} and {@link
 * HeapClass.Field} say; an offset that is none of the class reads something else.
 *
 * @param graph where it lives
 * @param address its id
 * @param at file offset of its sub-record
 * @param type its class
 */
public record HeapObject(HeapGraph graph, long address, long at, HeapClass type) {
  /** The address that a field holds, 0 for null. */
  public long idAt(int offset) {
    return graph.file().id(graph.fieldsAt(at) + offset);
  }

  public int intAt(int offset) {
    return graph.file().i4(graph.fieldsAt(at) + offset);
  }

  public long longAt(int offset) {
    return graph.file().i8(graph.fieldsAt(at) + offset);
  }

  public int byteAt(int offset) {
    return graph.file().i1(graph.fieldsAt(at) + offset);
  }
}
