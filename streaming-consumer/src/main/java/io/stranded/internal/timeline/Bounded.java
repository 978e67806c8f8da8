package io.stranded.internal.timeline;

import java.util.LinkedHashMap;
import java.util.Map;

/** Forgets its eldest entries. */
final class Bounded<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  private final int most;

  Bounded(int most) {
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
