package io.stranded.internal.hprof;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A hash map from non-zero longs to longs, with open addressing: 21 to 43 bytes an entry and no
 * objects. Safe for concurrent readers once filled.
 *
 * <p>Keys come from files that may be hostile. The hash is the top bits of the product with a
 * random odd number, so that no file can make all its keys collide.
 */
public final class LongLongMap {
  /** Sees an entry. */
  @FunctionalInterface
  public interface Visitor {
    void visit(long key, long value);
  }

  private static final int FIRST_CAPACITY = 16;

  private long[] keys = new long[FIRST_CAPACITY];
  private long[] values = new long[FIRST_CAPACITY];
  private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;
  private int shift = Long.SIZE - Integer.numberOfTrailingZeros(FIRST_CAPACITY);
  private int size;

  /** The value of a key, or {@code missing}. */
  public long getOrDefault(long key, long missing) {
    int slot = slotOf(key);
    return keys[slot] == key && key != 0 ? values[slot] : missing;
  }

  /**
   * Sets the value of a key.
   *
   * @throws IllegalArgumentException if the key is 0
   */
  public void put(long key, long value) {
    if (key == 0) {
      throw new IllegalArgumentException("0 is no key");
    }
    int slot = slotOf(key);
    if (keys[slot] == 0) {
      keys[slot] = key;
      size++;
    }
    values[slot] = value;
    if (size > keys.length / 4 * 3) {
      grow();
    }
  }

  /** Hands every entry to the visitor, in no order. */
  public void forEach(Visitor visitor) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != 0) {
        visitor.visit(keys[i], values[i]);
      }
    }
  }

  public int size() {
    return size;
  }

  private int slotOf(long key) {
    int mask = keys.length - 1;
    int slot = (int) ((key * multiplier) >>> shift);
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[keys.length];
    shift--;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slotOf(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
