package io.stranded.benchmarks.readers;

import java.util.Arrays;

/** What has been marked and not yet followed. */
final class LongStack {
  private long[] values = new long[1 << 16];
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
