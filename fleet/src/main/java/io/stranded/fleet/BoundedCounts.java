package io.stranded.fleet;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * JVMs by a name that somebody else chose: so many names are kept, all others are one number.
 *
 * <p>A name is added only while no JVM is among the others. So all JVMs of a name are either under
 * it or among the others, and each can be taken away where it was added.
 *
 * @param named how many JVMs have each name; none has 0
 * @param others how many have one of the names that are not kept
 */
record BoundedCounts(SortedMap<String, Long> named, long others) {
  static final BoundedCounts NONE = new BoundedCounts(Collections.emptySortedMap(), 0);

  BoundedCounts {
    named = Collections.unmodifiableSortedMap(new TreeMap<>(named));
  }

  /** The counts with one more JVM. */
  BoundedCounts plus(String name, int mostNames) {
    if (named.containsKey(name) || (others == 0 && named.size() < mostNames)) {
      return changed(name, 1);
    }
    return new BoundedCounts(named, others + 1);
  }

  /** The counts with one JVM less, which must have been added before. */
  BoundedCounts minus(String name) {
    return named.containsKey(name) ? changed(name, -1) : new BoundedCounts(named, others - 1);
  }

  /** The counts with no more than so many names. */
  BoundedCounts folded(int mostNames) {
    SortedMap<String, Long> kept = new TreeMap<>();
    long folded = others;
    for (Map.Entry<String, Long> entry : named.entrySet()) {
      if (kept.size() < mostNames) {
        kept.put(entry.getKey(), entry.getValue());
      } else {
        folded += entry.getValue();
      }
    }
    return new BoundedCounts(kept, folded);
  }

  long of(String name) {
    return named.getOrDefault(name, 0L);
  }

  private BoundedCounts changed(String name, long change) {
    SortedMap<String, Long> changed = new TreeMap<>(named);
    changed.merge(name, change, Long::sum);
    changed.values().removeIf(count -> count == 0);
    return new BoundedCounts(changed, others);
  }
}
