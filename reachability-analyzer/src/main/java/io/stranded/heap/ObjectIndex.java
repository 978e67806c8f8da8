package io.stranded.heap;

import io.stranded.hprof.LongLongMap;
import java.util.Arrays;

/**
 * Finds objects by address, and marks them.
 *
 * <p>The address space is cut into chunks of 64 words of 8 bytes, since HotSpot aligns objects to 8
 * bytes. A chunk has a few longs, in which bits stand for words; 2048 chunks make a page, and pages
 * exist only where there are objects: 5/64 of the heap's size. The number of start bits before an
 * object's own is its rank, by which a subclass keeps its file offset.
 *
 * <p>Filled in up to three steps: {@link #add} every object, {@link #seal}, and, if the index
 * {@link #wantsPlaces}, {@link #place} every object.
 */
abstract class ObjectIndex {
  private static final int WORD_SHIFT = 3;
  private static final int CHUNK_SHIFT = WORD_SHIFT + 6;
  private static final int PAGE_SHIFT = CHUNK_SHIFT + 11;
  private static final int CHUNK_MASK = (1 << (PAGE_SHIFT - CHUNK_SHIFT)) - 1;
  private static final int LONGS_PER_CHUNK = 5;

  /** Which words start an object with a rank. */
  static final int STARTS = 0;

  /** Which objects are marked. */
  static final int MARKS = 1;

  /** Which objects have no references worth following. */
  static final int LEAVES = 2;

  /** The rank of the first object; the sign bit is the subclass's. */
  static final int RANK = 3;

  /** The file offset of the first object. */
  static final int BASE = 4;

  private static final int LONGS_PER_PAGE = (CHUNK_MASK + 1) * LONGS_PER_CHUNK;
  private static final long[] NO_PAGE = new long[0];

  /** Pages that even a tiny dump may have: a gigabyte of heap. */
  private static final int FREE_PAGES = 1024;

  /**
   * Bytes of pages for each byte of the dump: a hundred times its size of heap. A dump of ZGC has
   * the reachable objects only, which may lie far apart.
   */
  private static final long PAGE_BYTES_PER_BYTE = 8;

  private final LongLongMap pageNumbers = new LongLongMap();
  private long[][] pages = new long[16][];
  private final long mostPages;
  private int pageCount;
  private long lastPageKey = -1;
  private long[] lastPage = NO_PAGE;
  private long size;
  private boolean skipsLeaves = true;

  /** Notes an object that has no entry yet; the offset is for those that need not be placed. */
  abstract void enter(long[] page, int chunk, long bit, long address, long offset);

  /** The offset of an object, or -1 if there is none. */
  abstract long offset(long[] page, int chunk, long bit, long address);

  /** Whether there is an entry for the address. */
  abstract boolean contains(long[] page, int chunk, long bit, long address);

  /** Whether every object must be {@link #place}d after {@link #seal}. */
  abstract boolean wantsPlaces();

  /** Whether objects come in an order that suits this index. If not, another kind is needed. */
  abstract boolean isUsable();

  /** Notes where an object is. */
  abstract void place(long address, long offset);

  /** Numbers the objects, after the last was added. */
  abstract void seal();

  /**
   * An empty index. Its pages never take more memory than 8 times the size of the dump, and 80 MiB:
   * objects that are scattered wider are refused.
   */
  ObjectIndex(long dumpBytes) {
    this.mostPages = FREE_PAGES + PAGE_BYTES_PER_BYTE * dumpBytes / (LONGS_PER_PAGE * Long.BYTES);
  }

  /**
   * Notes that an object starts at the address.
   *
   * @param leaf whether it has no references worth following
   * @return false if there is one already, or the address cannot be an object's
   */
  final boolean add(long address, long offset, boolean leaf) {
    if (!isAligned(address) || address == 0) {
      return false;
    }
    long[] page = pageToFill(address);
    if (page.length == 0) {
      return false;
    }
    int chunk = chunkOf(address);
    long bit = bitOf(address);
    if (contains(page, chunk, bit, address)) {
      return false;
    }
    enter(page, chunk, bit, address, offset);
    if (leaf) {
      page[chunk + LEAVES] |= bit;
    }
    size++;
    return true;
  }

  /** The number of objects. */
  final long size() {
    return size;
  }

  /** The file offset of the object at an address, or -1 if there is none. */
  final long find(long address) {
    long[] page = page(address);
    if (page.length == 0 || !isAligned(address)) {
      return -1;
    }
    return offset(page, chunkOf(address), bitOf(address), address);
  }

  /**
   * Marks the object at an address.
   *
   * @return its file offset if it was not marked before and has references to follow, else -1
   */
  final long mark(long address) {
    long[] page = page(address);
    if (page.length == 0) {
      return -1;
    }
    int chunk = chunkOf(address);
    long bit = bitOf(address);
    if ((page[chunk + MARKS] & bit) != 0) {
      return -1;
    }
    if ((page[chunk + LEAVES] & bit) != 0 && skipsLeaves) {
      page[chunk + MARKS] |= bit;
      return -1;
    }
    long offset = offset(page, chunk, bit, address);
    if (offset >= 0) {
      page[chunk + MARKS] |= bit;
    }
    return offset;
  }

  /** Whether the object at an address is marked. */
  final boolean isMarked(long address) {
    long[] page = page(address);
    return page.length != 0 && (page[chunkOf(address) + MARKS] & bitOf(address)) != 0;
  }

  /** Takes all marks away. */
  final void clearMarks() {
    forEachChunk((page, chunk) -> page[chunk + MARKS] = 0);
  }

  /** The number of marked objects. */
  final long countMarks() {
    long count = 0;
    for (int p = 0; p < pageCount; p++) {
      for (int chunk = 0; chunk < LONGS_PER_PAGE; chunk += LONGS_PER_CHUNK) {
        count += Long.bitCount(pages[p][chunk + MARKS]);
      }
    }
    return count;
  }

  /** A copy of all marks. */
  final Marks saveMarks() {
    long[][] saved = new long[pageCount][CHUNK_MASK + 1];
    for (int p = 0; p < pageCount; p++) {
      for (int chunk = 0; chunk <= CHUNK_MASK; chunk++) {
        saved[p][chunk] = pages[p][chunk * LONGS_PER_CHUNK + MARKS];
      }
    }
    return new Marks(saved);
  }

  /** Makes marks what they were. */
  final void restoreMarks(Marks marks) {
    for (int p = 0; p < pageCount; p++) {
      for (int chunk = 0; chunk <= CHUNK_MASK; chunk++) {
        pages[p][chunk * LONGS_PER_CHUNK + MARKS] = marks.pages[p][chunk];
      }
    }
  }

  /** The marks of one time. */
  final class Marks {
    private final long[][] pages;

    private Marks(long[][] pages) {
      this.pages = pages;
    }

    /** Whether the object at an address was marked. */
    boolean contains(long address) {
      int number = (int) pageNumbers.getOrDefault((address >>> PAGE_SHIFT) + 1, -1);
      return number >= 0
          && (pages[number][chunkOf(address) / LONGS_PER_CHUNK] & bitOf(address)) != 0;
    }
  }

  /** Lets {@link #mark} return this object's offset even though it has no references. */
  final void watch(long address) {
    long[] page = page(address);
    if (page.length != 0) {
      page[chunkOf(address) + LEAVES] &= ~bitOf(address);
    }
  }

  /** Lets {@link #mark} return the offset of every object from now on. */
  final void watchAll() {
    skipsLeaves = false;
  }

  /** The page of an address, or an empty array. */
  final long[] page(long address) {
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

  /** Hands every chunk to the visitor, page by page. */
  final void forEachChunk(ChunkVisitor visitor) {
    for (int p = 0; p < pageCount; p++) {
      for (int chunk = 0; chunk < LONGS_PER_PAGE; chunk += LONGS_PER_CHUNK) {
        visitor.visit(pages[p], chunk);
      }
    }
  }

  /** Sees the longs of a chunk, which begin at an index of its page. */
  @FunctionalInterface
  interface ChunkVisitor {
    void visit(long[] page, int chunk);
  }

  static int chunkOf(long address) {
    return ((int) (address >>> CHUNK_SHIFT) & CHUNK_MASK) * LONGS_PER_CHUNK;
  }

  static long bitOf(long address) {
    return 1L << (address >>> WORD_SHIFT);
  }

  private static boolean isAligned(long address) {
    return (address & ((1 << WORD_SHIFT) - 1)) == 0;
  }

  /** The page of an address, made if need be; empty if objects are scattered beyond reason. */
  private long[] pageToFill(long address) {
    long[] page = page(address);
    if (page.length != 0 || pageCount >= mostPages) {
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
