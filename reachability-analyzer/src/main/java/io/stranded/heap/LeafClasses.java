package io.stranded.heap;

import io.stranded.hprof.HprofType;
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
  private static final int CACHE_SIZE = 1024;
  private static final int DEEPEST = 64;

  private final LongFunction<@Nullable HeapClass> classById;
  private final long[] cachedIds = new long[CACHE_SIZE];
  private final boolean[] cachedAnswers = new boolean[CACHE_SIZE];
  private final Set<Long> classIds = new LinkedHashSet<>();

  LeafClasses(LongFunction<@Nullable HeapClass> classById) {
    this.classById = classById;
  }

  /** Whether instances of the class are leaves; false if the class has not been read yet. */
  boolean isLeaf(long classId) {
    int slot = (int) (classId >>> 3) & (CACHE_SIZE - 1);
    if (cachedIds[slot] == classId) {
      return cachedAnswers[slot];
    }
    HeapClass type = classById.apply(classId);
    if (type == null) {
      return false;
    }
    boolean leaf = isLeaf(type);
    cachedIds[slot] = classId;
    cachedAnswers[slot] = leaf;
    if (leaf) {
      classIds.add(classId);
    }
    return leaf;
  }

  /** The classes found to be leaves: roots from now on. */
  Set<Long> classIds() {
    return classIds;
  }

  private boolean isLeaf(HeapClass type) {
    if (!type.isBoot() || !type.name().startsWith("java.")) {
      return false;
    }
    HeapClass c = type;
    for (int depth = 0; depth < DEEPEST; depth++) {
      if (c.fields().stream().anyMatch(field -> field.type() == HprofType.OBJECT)) {
        return false;
      }
      if (c.superId() == 0) {
        return true;
      }
      HeapClass superclass = classById.apply(c.superId());
      if (superclass == null) {
        return false;
      }
      c = superclass;
    }
    return false;
  }
}
