package io.stranded.internal.heap;

import io.stranded.internal.hprof.DumpIndex;
import io.stranded.internal.hprof.HprofType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class of the dumped JVM. Immutable once its graph is open.
 *
 * <p>In a dump an instance's own fields come first, then its superclass's, and so on up: the place
 * of a field in the instance depends on the class of the instance, not on the declaring one alone.
 */
public final class HeapClass {
  /**
   * A field declared by a class.
   *
   * @param name such as {@code parkBlocker}
   * @param type a code of {@link HprofType}
   * @param offset bytes from the start of the declaring class's part of an instance
   */
  public record Field(String name, int type, int offset) {}

  /**
   * A static field.
   *
   * @param name such as {@code MAX_VALUE}
   * @param type a code of {@link HprofType}
   * @param valueAt file offset of its value
   */
  public record StaticField(String name, int type, long valueAt) {
    public boolean isReference() {
      return type == HprofType.OBJECT;
    }
  }

  private final int index;
  private final long id;
  private final String name;
  private final long superId;
  private final long loaderId;
  private final long instanceSize;
  private final List<Field> fields;
  private final List<StaticField> statics;
  private final int ownBytes;
  private int instanceBytes;
  private @Nullable HeapClass superclass;

  HeapClass(
      int index,
      long id,
      String name,
      long superId,
      long loaderId,
      long instanceSize,
      List<Field> fields,
      List<StaticField> statics,
      int ownBytes) {
    this.index = index;
    this.id = id;
    this.name = name;
    this.superId = superId;
    this.loaderId = loaderId;
    this.instanceSize = instanceSize;
    this.fields = List.copyOf(fields);
    this.statics = List.copyOf(statics);
    this.ownBytes = ownBytes;
    this.instanceBytes = ownBytes;
  }

  /** Position in {@link HeapGraph#classes()}. */
  public int index() {
    return index;
  }

  /** Address of its mirror. */
  public long id() {
    return id;
  }

  /** Binary name with dots, such as {@code java.util.Map$Entry} or {@code [Ljava.lang.String;}. */
  public String name() {
    return name;
  }

  /** Bytes of an instance on the dumped heap, header included. */
  public long instanceSize() {
    return instanceSize;
  }

  /** The fields it declares itself. */
  public List<Field> fields() {
    return fields;
  }

  public List<StaticField> statics() {
    return statics;
  }

  /** The superclass, or null for {@code Object}, interfaces and where the dump has none. */
  public @Nullable HeapClass superclass() {
    return superclass;
  }

  /** Bytes that its own fields take in an instance in the dump. */
  public int ownBytes() {
    return ownBytes;
  }

  /** Bytes that all fields of an instance take in the dump. */
  public int instanceBytes() {
    return instanceBytes;
  }

  /** Whether the dump has the names of the class and of all its fields. */
  boolean isNamed() {
    return !name.equals(DumpIndex.UNKNOWN)
        && fields.stream().noneMatch(field -> field.name().isEmpty())
        && statics.stream().noneMatch(field -> field.name().isEmpty());
  }

  /** Whether it is the named class or a subclass of it. */
  public boolean isA(String className) {
    for (HeapClass c = this; c != null; c = c.superclass) {
      if (c.name.equals(className)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Bytes from the start of an instance's fields to those that a class declares, or -1 if that is
   * neither this class nor a superclass.
   */
  public int baseOf(HeapClass declaring) {
    int base = 0;
    for (HeapClass c = this; c != null; c = c.superclass) {
      if (c == declaring) {
        return base;
      }
      base += c.ownBytes;
    }
    return -1;
  }

  long superId() {
    return superId;
  }

  /** The loader that defined it; 0 for the boot loader. */
  public long loaderId() {
    return loaderId;
  }

  /** Whether the boot loader defined it. */
  public boolean isBoot() {
    return loaderId == 0;
  }

  /** Whether its instances are arrays. */
  public boolean isArray() {
    return name.startsWith("[");
  }

  /** Sets the superclass, whose own must be set before. */
  void superclass(HeapClass value) {
    superclass = value;
    instanceBytes = ownBytes + value.instanceBytes;
  }

  @Override
  public String toString() {
    return name;
  }
}
