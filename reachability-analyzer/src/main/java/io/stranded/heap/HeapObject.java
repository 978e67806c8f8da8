package io.stranded.heap;

import io.stranded.hprof.HprofType;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An instance in the dump, with its fields by name. For the few objects that are looked at closely;
 * the marking goes by offsets.
 *
 * @param graph where it lives
 * @param address its id
 * @param at file offset of its sub-record
 * @param type its class
 */
public record HeapObject(HeapGraph graph, long address, long at, HeapClass type) {
  /** Texts are names here, and longer ones are cut. */
  private static final int MOST_TEXT_BYTES = 1000;

  /**
   * The object a field refers to; empty for null, a dangling reference, an array or no such field.
   */
  public Optional<HeapObject> ref(String field) {
    return graph.instance(refId(field));
  }

  /** The address a field holds: 0 for null, or if there is no such field. */
  public long refId(String field) {
    int offset = type.offsetOf(field, HprofType.OBJECT);
    return offset < 0 ? 0 : graph.file().id(graph.fieldsAt(at) + offset);
  }

  public boolean hasRef(String field) {
    return type.offsetOf(field, HprofType.OBJECT) >= 0;
  }

  /** An int field, or the given value if there is no such field. */
  public int intField(String field, int missing) {
    int offset = type.offsetOf(field, HprofType.INT);
    return offset < 0 ? missing : graph.file().i4(graph.fieldsAt(at) + offset);
  }

  /** A long field, or the given value if there is no such field. */
  public long longField(String field, long missing) {
    int offset = type.offsetOf(field, HprofType.LONG);
    return offset < 0 ? missing : graph.file().i8(graph.fieldsAt(at) + offset);
  }

  /** A boolean field, or the given value if there is no such field. */
  public boolean booleanField(String field, boolean missing) {
    int offset = type.offsetOf(field, HprofType.BOOLEAN);
    return offset < 0 ? missing : graph.file().i1(graph.fieldsAt(at) + offset) != 0;
  }

  /** The text of a {@code java.lang.String} that a field refers to. */
  public Optional<String> stringField(String field) {
    return ref(field).flatMap(HeapObject::text);
  }

  /** The length of the array that a field refers to, or -1. */
  public long arrayLength(String field) {
    return graph.arrayLength(refId(field));
  }

  private Optional<String> text() {
    if (!type.name().equals("java.lang.String")) {
      return Optional.empty();
    }
    long value = refId("value");
    int coder = type.offsetOf("coder", HprofType.BYTE);
    boolean latin1 = coder < 0 || graph.file().i1(graph.fieldsAt(at) + coder) == 0;
    // The bytes of two-byte characters are in the dumped machine's order: little-endian by far.
    Charset charset = latin1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE;
    return graph
        .bytes(value, HprofType.BYTE, MOST_TEXT_BYTES)
        .map(bytes -> new String(bytes, charset))
        .or(
            // Up to JDK 8 texts are chars, which HPROF writes in its own order.
            () ->
                graph
                    .bytes(value, HprofType.CHAR, MOST_TEXT_BYTES)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_16BE)));
  }
}
