package io.stranded.liveness;

import java.util.Arrays;

/** A growing stack of longs, which can also be taken from its far end. */
final class LongStack {
  private long[] values = new long[1024];
  private int size;
  private int first;

  void push(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  long pop() {
    return values[--size];
  }

  /** Takes the one that was pushed first. Once used, {@link #pop} must not be. */
  long popFirst() {
    return values[first++];
  }

  boolean isEmpty() {
    return size == first;
  }
}
