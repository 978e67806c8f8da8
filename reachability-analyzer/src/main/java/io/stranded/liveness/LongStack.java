package io.stranded.liveness;

import java.util.Arrays;

/** A growing stack of longs. */
final class LongStack {
  private long[] values = new long[1024];
  private int size;

  void push(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  long pop() {
    return values[--size];
  }

  boolean isEmpty() {
    return size == 0;
  }
}
