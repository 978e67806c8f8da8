package io.stranded.internal.heap;

import io.stranded.internal.hprof.LongLongMap;

/**
 * Numbers the pages of an address space that are in use, from 1 on. Pages near to each other, as
 * those of a heap are, are found by one look into an array; the others stand in a hash map.
 */
final class PageDirectory {
  /** The number of pages that are not in use. */
  static final int NONE = 0;

  /** Pages that the array spans at most: a terabyte of heap, in pages of a megabyte. */
  private static final int LONGEST_WINDOW = 1 << 20;

  private long first;
  private int[] window = new int[0];
  private final LongLongMap far = new LongLongMap();

  /** The number of the page with the given position in the address space, or {@link #NONE}. */
  int find(long position) {
    long slot = position - first;
    int number = slot >= 0 && slot < window.length ? window[(int) slot] : NONE;
    return number != NONE || far.size() == 0 ? number : (int) far.getOrDefault(position + 1, NONE);
  }

  /** Gives a page its number. */
  void put(long position, int number) {
    if (position < first || position >= first + window.length) {
      widen(position);
    }
    long slot = position - first;
    if (slot >= 0 && slot < window.length) {
      window[(int) slot] = number;
    } else {
      far.put(position + 1, number);
    }
  }

  /** Makes the array span a position, unless it would become too long. */
  private void widen(long position) {
    if (window.length == 0) {
      first = position;
      window = new int[1];
      return;
    }
    long start = Math.min(first, position);
    long end = Math.max(first + window.length, position + 1);
    if (end - start > LONGEST_WINDOW) {
      return;
    }
    int length = (int) Math.min(LONGEST_WINDOW, Math.max(end - start, 2L * window.length));
    // Room is made on the side where it was missing.
    long newFirst = position < first ? Math.max(0, end - length) : start;
    int[] wider = new int[length];
    System.arraycopy(window, 0, wider, (int) (first - newFirst), window.length);
    window = wider;
    first = newFirst;
  }
}
