package io.stranded.heap;

import io.stranded.hprof.LongLongMap;
import java.util.Arrays;

/**
 * Finds objects by address, and marks them.
 *
 * <p>The address space is cut into chunks of 64 words of 8 bytes, since HotSpot aligns objects to 8
 * bytes. A chunk has one long in which bits say where objects start, one with their mark bits, and
 * one with the rank of its first object; 2048 chunks make a page, and pages exist only where there
 * are objects. The rank of an object leads to its file offset, kept in five bytes. All of it takes
 * 5 bytes per object and 3/64 of the heap's size, and does not depend on the order of the dump.
 *
 * <p>Filled in three steps: {@link #add} every object, {@link #seal}, {@link #place} every object.
 */
final class ObjectIndex {
  private static final int WORD_SHIFT = 3;
  private static final int CHUNK_SHIFT = WORD_SHIFT + 6;
  private static final int PAGE_SHIFT = CHUNK_SHIFT + 11;
  private static final int CHUNK_MASK = (1 << (PAGE_SHIFT - CHUNK_SHIFT)) - 1;
  private static final int LONGS_PER_CHUNK = 3;
  private static final int STARTS = 0;
  private static final int MARKS = 1;
  private static final int RANK = 2;
  private static final int LONGS_PER_PAGE = (CHUNK_MASK + 1) * LONGS_PER_CHUNK;
  private static final int BLOCK_SHIFT = 20;
  private static final int BLOCK_MASK = (1 << BLOCK_SHIFT) - 1;

  /** Pages that even a tiny dump may have, and objects that must stand behind each further one. */
  private static final int FREE_PAGES = 4096;

  private static final int OBJECTS_PER_PAGE = 64;

  private final LongLongMap pageNumbers = new LongLongMap();
  private long[][] pages = new long[16][];
  private int pageCount;
  private long lastPageKey = -1;
  private long[] lastPage = new long[0];
  private long size;
  private int[][] offsetsLow = new int[0][];
  private byte[][] offsetsHigh = new byte[0][];

  /**
   * Notes that an object starts at the address.
   *
   * @return false if there is one already, or the address cannot be an object's
   */
  boolean add(long address) {
    if ((address & ((1 << WORD_SHIFT) - 1)) != 0 || address == 0) {
      return false;
    }
    long[] page = pageToFill(address);
    if (page.length == 0) {
      return false;
    }
    int chunk = chunkOf(address);
    long bit = bitOf(address);
    if ((page[chunk + STARTS] & bit) != 0) {
      return false;
    }
    page[chunk + STARTS] |= bit;
    size++;
    return true;
  }

  /** Numbers the objects, after the last was added and before the first is placed. */
  void seal() {
    long rank = 0;
    for (int p = 0; p < pageCount; p++) {
      long[] page = pages[p];
      for (int chunk = 0; chunk < LONGS_PER_PAGE; chunk += LONGS_PER_CHUNK) {
        page[chunk + RANK] = rank;
        rank += Long.bitCount(page[chunk + STARTS]);
      }
    }
    int blocks = (int) ((size + BLOCK_MASK) >>> BLOCK_SHIFT);
    offsetsLow = new int[blocks][];
    offsetsHigh = new byte[blocks][];
    for (int i = 0; i < blocks; i++) {
      int length = (int) Math.min(BLOCK_MASK + 1L, size - ((long) i << BLOCK_SHIFT));
      offsetsLow[i] = new int[length];
      offsetsHigh[i] = new byte[length];
    }
  }

  /** Notes the file offset (below 2^40) of an object that was added. */
  void place(long address, long offset) {
    long[] page = page(address);
    if (page.length == 0) {
      return;
    }
    int chunk = chunkOf(address);
    long bit = bitOf(address);
    if ((page[chunk + STARTS] & bit) == 0) {
      return;
    }
    long rank = page[chunk + RANK] + Long.bitCount(page[chunk + STARTS] & (bit - 1));
    offsetsLow[(int) (rank >>> BLOCK_SHIFT)][(int) rank & BLOCK_MASK] = (int) offset;
    offsetsHigh[(int) (rank >>> BLOCK_SHIFT)][(int) rank & BLOCK_MASK] = (byte) (offset >>> 32);
  }

  /** The number of objects. */
  long size() {
    return size;
  }

  /** The file offset of the object at an address, or -1 if there is none. */
  long find(long address) {
    long[] page = page(address);
    if (page.length == 0 || (address & ((1 << WORD_SHIFT) - 1)) != 0) {
      return -1;
    }
    int chunk = chunkOf(address);
    return offset(page, chunk, bitOf(address));
  }

  /** Marks the object at an address; its file offset if it was not marked before, else -1. */
  long mark(long address) {
    long[] page = page(address);
    if (page.length == 0) {
      return -1;
    }
    int chunk = chunkOf(address);
    long bit = bitOf(address);
    if ((page[chunk + MARKS] & bit) != 0) {
      return -1;
    }
    long offset = offset(page, chunk, bit);
    if (offset >= 0) {
      page[chunk + MARKS] |= bit;
    }
    return offset;
  }

  /** Whether the object at an address is marked. */
  boolean isMarked(long address) {
    long[] page = page(address);
    return page.length != 0 && (page[chunkOf(address) + MARKS] & bitOf(address)) != 0;
  }

  /** Takes all marks away. */
  void clearMarks() {
    for (int p = 0; p < pageCount; p++) {
      for (int chunk = 0; chunk < LONGS_PER_PAGE; chunk += LONGS_PER_CHUNK) {
        pages[p][chunk + MARKS] = 0;
      }
    }
  }

  private long offset(long[] page, int chunk, long bit) {
    long starts = page[chunk + STARTS];
    if ((starts & bit) == 0) {
      return -1;
    }
    long rank = page[chunk + RANK] + Long.bitCount(starts & (bit - 1));
    int block = (int) (rank >>> BLOCK_SHIFT);
    int slot = (int) rank & BLOCK_MASK;
    return ((offsetsHigh[block][slot] & 0xffL) << 32) | (offsetsLow[block][slot] & 0xffff_ffffL);
  }

  private static int chunkOf(long address) {
    return ((int) (address >>> CHUNK_SHIFT) & CHUNK_MASK) * LONGS_PER_CHUNK;
  }

  private static long bitOf(long address) {
    return 1L << (address >>> WORD_SHIFT);
  }

  /** The page of an address, or an empty array. */
  private long[] page(long address) {
    long key = (address >>> PAGE_SHIFT) + 1;
    if (key == lastPageKey) {
      return lastPage;
    }
    int number = (int) pageNumbers.getOrDefault(key, -1);
    if (number < 0) {
      return NO_PAGE;
    }
    lastPageKey = key;
    lastPage = pages[number];
    return lastPage;
  }

  private static final long[] NO_PAGE = new long[0];

  /** The page of an address, made if need be; empty if objects are scattered beyond reason. */
  private long[] pageToFill(long address) {
    long[] page = page(address);
    if (page.length != 0 || pageCount > FREE_PAGES + size / OBJECTS_PER_PAGE) {
      return page;
    }
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, pageCount * 2);
    }
    pages[pageCount] = new long[LONGS_PER_PAGE];
    pageNumbers.put((address >>> PAGE_SHIFT) + 1, pageCount);
    pageCount++;
    return page(address);
  }
}
