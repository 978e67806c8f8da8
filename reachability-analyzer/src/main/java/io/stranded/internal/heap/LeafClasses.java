package io.stranded.internal.heap;

import io.stranded.internal.hprof.HprofType;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells classes whose instances lead nowhere: without reference fields, and of the JDK's core,
 * whose classes are never unloaded and so need not be reached through an instance. A third of the
 * objects of a heap and more are of these or arrays of primitives; marking them takes no look at
 * the dump.
 */
final class LeafClasses {
  static final int NO_LEAF = -1;

  private static final int CACHE_SIZE = 1024;
  private static final int DEEPEST = 64;

  private final LongFunction<@Nullable HeapClass> classById;
  private final long[] cachedIds = new long[CACHE_SIZE];
  private final int[] cachedAnswers = new int[CACHE_SIZE];
  private final Set<Long> classIds = new LinkedHashSet<>();

  LeafClasses(LongFunction<@Nullable HeapClass> classById) {
    this.classById = classById;
  }

  /**
   * Bytes of the fields of an instance, if instances of the class are leaves; {@link #NO_LEAF} if
   * they are not, or the class has not been read yet.
   */
  int fieldBytes(long classId) {
    int slot = (int) (classId >>> 3) & (CACHE_SIZE - 1);
    if (cachedIds[slot] == classId) {
      return cachedAnswers[slot];
    }
    HeapClass type = classById.apply(classId);
    if (type == null) {
      return NO_LEAF;
    }
    int answer = fieldBytes(type);
    cachedIds[slot] = classId;
    cachedAnswers[slot] = answer;
    if (answer != NO_LEAF) {
      classIds.add(classId);
    }
    return answer;
  }

  /** The classes found to be leaves: roots from now on. */
  Set<Long> classIds() {
    return classIds;
  }

  private int fieldBytes(HeapClass type) {
    if (!type.isBoot() || !type.name().startsWith("java.")) {
      return NO_LEAF;
    }
    HeapClass c = type;
    int bytes = 0;
    for (int depth = 0; depth < DEEPEST; depth++) {
      if (c.fields().stream().anyMatch(field -> field.type() == HprofType.OBJECT)) {
        return NO_LEAF;
      }
      bytes += c.ownBytes();
      if (c.superId() == 0) {
        return bytes;
      }
      HeapClass superclass = classById.apply(c.superId());
      if (superclass == null) {
        return NO_LEAF;
      }
      c = superclass;
    }
    return NO_LEAF;
  }
}
