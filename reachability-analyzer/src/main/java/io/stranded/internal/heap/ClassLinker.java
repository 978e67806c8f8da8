package io.stranded.internal.heap;

import io.stranded.internal.hprof.LongLongMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Links classes to their superclasses. Each class is looked at once, however deep or circular the
 * hierarchies of a damaged dump are; whatever is no tree of a sane height is cut.
 */
final class ClassLinker {
  /** More than any class of a real JVM has, and few enough to be walked at any time. */
  private static final int LONGEST_HIERARCHY = 256;

  private static final int LARGEST_INSTANCE = 1 << 28;
  private static final int NEW = 0;
  private static final int LINKING = 1;
  private static final int LINKED = 2;

  private final List<HeapClass> classes;
  private final LongLongMap indexes;
  private final Consumer<String> damage;
  private final byte[] states;
  private final int[] depths;

  private ClassLinker(List<HeapClass> classes, LongLongMap indexes, Consumer<String> damage) {
    this.classes = classes;
    this.indexes = indexes;
    this.damage = damage;
    this.states = new byte[classes.size()];
    this.depths = new int[classes.size()];
  }

  /**
   * Sets the superclasses.
   *
   * @param indexes from class id to position in the list
   * @param damage hears what is wrong
   */
  static void link(List<HeapClass> classes, LongLongMap indexes, Consumer<String> damage) {
    ClassLinker linker = new ClassLinker(classes, indexes, damage);
    for (HeapClass type : classes) {
      linker.linkUpwards(type);
    }
  }

  private void linkUpwards(HeapClass start) {
    Deque<HeapClass> path = new ArrayDeque<>();
    int index = start.index();
    while (index >= 0 && states[index] == NEW) {
      states[index] = LINKING;
      path.push(classes.get(index));
      index = superIndex(classes.get(index));
    }
    if (index >= 0 && states[index] == LINKING) {
      damage.accept("the superclasses of " + classes.get(index).name() + " go in a circle");
      index = -1;
    }
    while (!path.isEmpty()) {
      HeapClass type = path.pop();
      if (index >= 0) {
        linkOne(type, index);
      }
      index = type.index();
      states[index] = LINKED;
    }
  }

  private void linkOne(HeapClass type, int superIndex) {
    HeapClass superclass = classes.get(superIndex);
    int depth = depths[superIndex] + 1;
    if (depth > LONGEST_HIERARCHY
        || superclass.instanceBytes() > LARGEST_INSTANCE - type.ownBytes()) {
      damage.accept("class " + type.name() + " has too many superclasses or fields");
      return;
    }
    depths[type.index()] = depth;
    type.superclass(superclass);
  }

  private int superIndex(HeapClass type) {
    if (type.superId() == 0) {
      return -1;
    }
    int index = (int) indexes.getOrDefault(type.superId(), -1);
    if (index < 0) {
      damage.accept("superclass of " + type.name() + " is missing");
    }
    return index;
  }
}
