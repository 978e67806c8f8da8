package io.stranded.benchmarks.readers;

import java.util.Arrays;

/**
 * A set of object addresses, one bit for each eight bytes of the address space in use.
 *
 * <p>The leanest visited set there is for a reader that knows objects by address: an eighth of a
 * byte for most objects, and no hashing.
 */
final class AddressSet {
  private static final int PAGE_SHIFT = 23;
  private static final int WORDS = 1 << (PAGE_SHIFT - 3 - 6);

  private static final long[] NO_WORDS = {};

  private long[][] pages = new long[0][];
  private long firstPage;

  /** Adds an address, and tells whether it was new. */
  boolean add(long address) {
    long page = address >>> PAGE_SHIFT;
    if (page < firstPage || page >= firstPage + pages.length) {
      cover(page);
    }
    int index = (int) (page - firstPage);
    long[] words = pages[index];
    if (words.length == 0) {
      words = new long[WORDS];
      pages[index] = words;
    }
    int bit = (int) (address >>> 3) & ((1 << (PAGE_SHIFT - 3)) - 1);
    long mask = 1L << bit;
    if ((words[bit >>> 6] & mask) != 0) {
      return false;
    }
    words[bit >>> 6] |= mask;
    return true;
  }

  private void cover(long page) {
    if (pages.length == 0) {
      firstPage = page;
    }
    long first = Math.min(firstPage, page);
    long end = Math.max(firstPage + pages.length, page + 1);
    long[][] grown = new long[Math.toIntExact(end - first)][];
    Arrays.fill(grown, NO_WORDS);
    System.arraycopy(pages, 0, grown, (int) (firstPage - first), pages.length);
    pages = grown;
    firstPage = first;
  }
}
