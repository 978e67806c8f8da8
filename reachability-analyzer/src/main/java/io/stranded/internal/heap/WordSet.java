package io.stranded.internal.heap;

/** A set of the words of a page, which are taken in rising order, round and round. */
final class WordSet {
  private static final int SHIFT = 6;

  private final long[] bits = new long[ObjectIndex.WORDS_PER_PAGE >> SHIFT];

  /** Which of the longs above are not 0. */
  private final long[] used = new long[bits.length >> SHIFT];

  private int at;

  void add(int word) {
    bits[word >>> SHIFT] |= 1L << word;
    used[word >>> (2 * SHIFT)] |= 1L << (word >>> SHIFT);
  }

  /** Takes the next word, or returns -1 if there is none. */
  int take() {
    if (bits[at] == 0 && !step()) {
      return -1;
    }
    long rest = bits[at];
    bits[at] = rest & (rest - 1);
    if (bits[at] == 0) {
      used[at >>> SHIFT] &= ~(1L << at);
    }
    return (at << SHIFT) + Long.numberOfTrailingZeros(rest);
  }

  /** Goes on to the next long that is not 0, or returns false if all are. */
  private boolean step() {
    int group = at >>> SHIFT;
    long rest = used[group] & (-1L << at);
    for (int i = 0; rest == 0 && i < used.length; i++) {
      group = (group + 1) % used.length;
      rest = used[group];
    }
    if (rest == 0) {
      return false;
    }
    at = (group << SHIFT) + Long.numberOfTrailingZeros(rest);
    return true;
  }
}
