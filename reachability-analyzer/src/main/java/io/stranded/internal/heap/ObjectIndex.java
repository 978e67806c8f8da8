package io.stranded.internal.heap;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Finds objects by address.
 *
 * <p>The address space is cut into pages of a megabyte, which exist only where there are objects,
 * and these into chunks of 64 words of 8 bytes, since HotSpot aligns objects to 8 bytes. A chunk
 * has three longs, two of them with a bit for each word: 3/64 of the heap's size. The number of
 * start bits before an object's own, counted from the start of the page, is its rank, by which a
 * subclass keeps its file offset.
 *
 * <p>Filled in up to three steps: {@link #add} every object, {@link #seal}, and, if the index
 * {@link #wantsPlaces}, {@link #place} every object.
 */
abstract class ObjectIndex {
  private static final int WORD_SHIFT = 3;
  static final int CHUNK_SHIFT = WORD_SHIFT + 6;
  private static final int PAGE_SHIFT = CHUNK_SHIFT + 11;
  static final int CHUNKS_PER_PAGE = 1 << (PAGE_SHIFT - CHUNK_SHIFT);
  private static final int CHUNK_MASK = CHUNKS_PER_PAGE - 1;
  private static final int WORD_MASK = (1 << (PAGE_SHIFT - WORD_SHIFT)) - 1;
  static final int LONGS_PER_CHUNK = 3;

  /** Which words start an object with a rank. */
  static final int STARTS = 0;

  /** Which objects have no references worth following. */
  static final int LEAVES = 1;

  /** The rank of the first object, and what else the subclass keeps. */
  static final int PLACE = 2;

  /** More objects than a page can have. */
  static final int WORDS_PER_PAGE = WORD_MASK + 1;

  private static final int LONGS_PER_PAGE = CHUNKS_PER_PAGE * LONGS_PER_CHUNK;

  /** Pages that even a tiny dump may have: a gigabyte of heap. */
  private static final int FREE_PAGES = 1024;

  /**
   * Bytes of pages for each byte of the dump: a hundred times its size of heap. A dump of ZGC has
   * the reachable objects only, which may lie far apart.
   */
  private static final long PAGE_BYTES_PER_BYTE = 8;

  private final PageDirectory directory = new PageDirectory();
  private long[][] pages = new long[16][];
  private long[] positions = new long[16];
  private final long mostPages;
  private int pageCount;
  private long size;

  /** Notes an object that has no entry yet; the offset is for those that need not be placed. */
  abstract void enter(int page, long address, long offset);

  /** The offset of an object, or -1 if there is none. */
  abstract long offset(int page, long address);

  /** Whether there is an entry for the address. */
  abstract boolean contains(int page, long address);

  /** Hands over the addresses of objects that have no start bit. */
  abstract void forEachException(LongConsumer visitor);

  /** Whether every object must be {@link #place}d after {@link #seal}. */
  abstract boolean wantsPlaces();

  /** Whether objects come in an order that suits this index. If not, another kind is needed. */
  abstract boolean isUsable();

  /** Notes where an object is. */
  abstract void place(long address, long offset);

  /** Numbers the objects, after the last was added. */
  abstract void seal();

  /** An empty index of the same kind, for a part of the dump. */
  abstract ObjectIndex another(long dumpBytes);

  /**
   * Takes over the objects of {@link #another} index that was filled from a later part of the dump;
   * that one is of no use any more.
   *
   * @param damage hears of objects that are in both
   */
  abstract void absorb(ObjectIndex another, Consumer<String> damage);

  /**
   * An empty index. Its pages never take more memory than 8 times the size of the dump, and 64 MiB:
   * objects that are scattered wider are refused.
   */
  ObjectIndex(long dumpBytes) {
    this.mostPages = FREE_PAGES + PAGE_BYTES_PER_BYTE * dumpBytes / (LONGS_PER_PAGE * Long.BYTES);
    // What is nowhere is looked for in a page without objects.
    pages[PageDirectory.NONE] = new long[LONGS_PER_PAGE];
    pageCount = 1;
  }

  /**
   * Notes that an object starts at the address.
   *
   * @param leaf whether it has no references worth following
   * @return false if there is one already, or the address cannot be an object's
   */
  boolean add(long address, long offset, boolean leaf) {
    if (!isAligned(address) || address == 0) {
      return false;
    }
    int page = pageToFill(address);
    if (page == PageDirectory.NONE || contains(page, address)) {
      return false;
    }
    enter(page, address, offset);
    if (leaf) {
      pages[page][indexOf(address) + LEAVES] |= bitOf(address);
    }
    count(1);
    return true;
  }

  /** Counts objects that were added. */
  final void count(long added) {
    size += added;
  }

  /** Takes a page over from another index of the same kind, and returns its number here. */
  final int adopt(ObjectIndex other, int page) {
    int adopted = newPage(other.positions[page]);
    pages[adopted] = other.pages[page];
    return adopted;
  }

  /** The number of objects. */
  final long size() {
    return size;
  }

  /** The file offset of the object at an address, or -1 if there is none. */
  final long find(long address) {
    return isAligned(address) ? offset(page(address), address) : -1;
  }

  /** Whether an object starts at a word of a page, which may be any. */
  final boolean starts(int page, int word) {
    return (pages[page][chunkOf(word) * LONGS_PER_CHUNK + STARTS] & 1L << word) != 0
        || contains(page, address(page, word));
  }

  /** The start bits of a chunk of a page. */
  final long startsOf(int page, int chunk) {
    return pages[page][chunk * LONGS_PER_CHUNK + STARTS];
  }

  /** Has this object visited by whoever marks it, even though it has no references. */
  final void watch(long address) {
    pages[page(address)][indexOf(address) + LEAVES] &= ~bitOf(address);
  }

  /** The number of the page of an address; pages from 1 to {@link #pageCount} have objects. */
  final int page(long address) {
    return directory.find(address >>> PAGE_SHIFT);
  }

  /** Whether the object at an address has no references worth following. */
  final boolean isLeaf(long address) {
    return isLeaf(page(address), wordOf(address));
  }

  /** Whether the object at a word of a page has no references worth following. */
  final boolean isLeaf(int page, int word) {
    return (pages[page][chunkOf(word) * LONGS_PER_CHUNK + LEAVES] & 1L << word) != 0;
  }

  /** The longs of a page, chunk by chunk. */
  final long[] longs(int page) {
    return pages[page];
  }

  /** One more than the highest number of a page. */
  final int pageCount() {
    return pageCount;
  }

  /** Where in its page an address is, in words. */
  static int wordOf(long address) {
    return (int) (address >>> WORD_SHIFT) & WORD_MASK;
  }

  /** The address of a word of a page. */
  final long address(int page, int word) {
    return (positions[page] << PAGE_SHIFT) + ((long) word << WORD_SHIFT);
  }

  /** The chunk of its page that an address is in. */
  static int chunkOf(long address) {
    return (int) (address >>> CHUNK_SHIFT) & CHUNK_MASK;
  }

  /** The chunk of its page that a word is in. */
  static int chunkOf(int word) {
    return word >>> (CHUNK_SHIFT - WORD_SHIFT);
  }

  /** Where in its page the longs of an address begin. */
  static int indexOf(long address) {
    return chunkOf(address) * LONGS_PER_CHUNK;
  }

  static long bitOf(long address) {
    return 1L << (address >>> WORD_SHIFT);
  }

  static boolean isAligned(long address) {
    return (address & ((1 << WORD_SHIFT) - 1)) == 0;
  }

  /** The page of an address, made if need be, or NONE if objects are scattered beyond reason. */
  private int pageToFill(long address) {
    int page = page(address);
    if (page != PageDirectory.NONE || pageCount > mostPages) {
      return page;
    }
    int made = newPage(address >>> PAGE_SHIFT);
    pages[made] = new long[LONGS_PER_PAGE];
    return made;
  }

  private int newPage(long position) {
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, pageCount * 2);
      positions = Arrays.copyOf(positions, pageCount * 2);
    }
    positions[pageCount] = position;
    directory.put(position, pageCount);
    return pageCount++;
  }
}
