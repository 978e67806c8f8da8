package io.stranded.internal.heap;

import io.stranded.internal.hprof.LongLongMap;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * An index for dumps whose objects come in the order of their addresses, as those of the Serial,
 * Parallel and G1 collectors do: filled in one pass. An object's offset is kept as its distance
 * from the first one of its chunk, in two bytes. The few objects that are out of order, class
 * mirrors and those at the borders of segments, stand in a hash map.
 */
final class OrderedIndex extends ObjectIndex {
  private static final int LONGEST_DISTANCE = 0xffff;
  private static final char[] NO_DISTANCES = new char[0];

  /** A place holds the offset of the chunk's first object in 40 bits, then that one's rank. */
  private static final int RANK_SHIFT = 40;

  private static final long OFFSET_MASK = (1L << RANK_SHIFT) - 1;
  private static final int RANK_MASK = WORDS_PER_PAGE - 1;
  private static final long HAS_EXCEPTIONS = 1L << 63;

  /** Exceptions that any dump may have, and objects that must stand behind each further one. */
  private static final int FREE_EXCEPTIONS = 20_000;

  private static final int OBJECTS_PER_EXCEPTION = 50;

  /** Entries that may be copied to go on with pages that were begun before. */
  private static final int FREE_COPIES = 1_000_000;

  private static final int COPIES_PER_OBJECT = 4;

  private final LongLongMap exceptions = new LongLongMap();

  /** By page and rank. That of the page being filled is in {@link #filling}, with room to grow. */
  private char[][] distances = new char[16][];

  private final char[] filling = new char[WORDS_PER_PAGE];
  private int filledPage = PageDirectory.NONE;
  private int count;
  private long copied;

  /** The object entered last, unless it was an exception. */
  private long lastAddress;

  private long lastChunk = -1;
  private long lastBase;

  OrderedIndex(long dumpBytes) {
    super(dumpBytes);
  }

  /** Adds an object; most often the next one of a chunk, which takes little. */
  @Override
  boolean add(long address, long offset, boolean leaf) {
    long distance = offset - lastBase;
    if (address >>> CHUNK_SHIFT != lastChunk
        || address <= lastAddress
        || !isDistance(distance)
        || !isAligned(address)) {
      return super.add(address, offset, leaf);
    }
    lastAddress = address;
    filling[count++] = (char) distance;
    long[] longs = longs(filledPage);
    int chunk = indexOf(address);
    longs[chunk + STARTS] |= bitOf(address);
    if (leaf) {
      longs[chunk + LEAVES] |= bitOf(address);
    }
    count(1);
    return true;
  }

  @Override
  void enter(int page, long address, long offset) {
    long[] longs = longs(page);
    int chunk = indexOf(address);
    if (page != filledPage && !fill(page)) {
      enterException(longs, chunk, address, offset);
      return;
    }
    long bit = bitOf(address);
    long starts = longs[chunk + STARTS];
    long place = longs[chunk + PLACE];
    if (starts == 0 && place == 0) {
      longs[chunk + PLACE] = offset | ((long) count << RANK_SHIFT);
      longs[chunk + STARTS] = bit;
      filling[count++] = 0;
      entered(address, offset);
      return;
    }
    long distance = offset - (place & OFFSET_MASK);
    boolean next =
        starts != 0
            && Long.compareUnsigned(bit, starts) > 0
            && count == rank(place) + Long.bitCount(starts)
            && isDistance(distance);
    if (next) {
      longs[chunk + STARTS] = starts | bit;
      filling[count++] = (char) distance;
      entered(address, place & OFFSET_MASK);
    } else {
      enterException(longs, chunk, address, offset);
    }
  }

  private void enterException(long[] longs, int chunk, long address, long offset) {
    lastChunk = -1;
    exceptions.put(address, offset);
    longs[chunk + PLACE] |= HAS_EXCEPTIONS;
  }

  @Override
  long offset(int page, long address) {
    long[] longs = longs(page);
    int chunk = indexOf(address);
    long bit = bitOf(address);
    long starts = longs[chunk + STARTS];
    long place = longs[chunk + PLACE];
    if ((starts & bit) == 0) {
      return place < 0 ? exceptions.getOrDefault(address, -1) : -1;
    }
    int rank = rank(place) + Long.bitCount(starts & (bit - 1));
    return (place & OFFSET_MASK) + distances[page][rank];
  }

  @Override
  boolean contains(int page, long address) {
    long[] longs = longs(page);
    int chunk = indexOf(address);
    return (longs[chunk + STARTS] & bitOf(address)) != 0
        || (longs[chunk + PLACE] < 0 && exceptions.getOrDefault(address, -1) >= 0);
  }

  @Override
  void forEachException(LongConsumer visitor) {
    exceptions.forEach((address, offset) -> visitor.accept(address));
  }

  @Override
  boolean isUsable() {
    return exceptions.size() <= FREE_EXCEPTIONS + size() / OBJECTS_PER_EXCEPTION;
  }

  @Override
  boolean wantsPlaces() {
    return false;
  }

  @Override
  void place(long address, long offset) {
    throw new IllegalStateException("objects are placed as they are added");
  }

  @Override
  void seal() {
    distances[filledPage] = Arrays.copyOf(filling, count);
    filledPage = PageDirectory.NONE;
    count = 0;
    lastChunk = -1;
  }

  @Override
  ObjectIndex another(long dumpBytes) {
    return new OrderedIndex(dumpBytes);
  }

  @Override
  void absorb(ObjectIndex another, Consumer<String> damage) {
    OrderedIndex later = (OrderedIndex) another;
    seal();
    later.seal();
    for (int page = 1; page < later.pageCount(); page++) {
      int mine = page(later.address(page, 0));
      if (mine == PageDirectory.NONE) {
        mine = adopt(later, page);
        makeRoom();
        distances[mine] = later.distances[page];
      } else {
        absorbPage(mine, later, page, damage);
      }
    }
    later.exceptions.forEach((address, offset) -> absorbException(address, later, damage));
    count(later.size());
  }

  /**
   * Takes over the objects of a page that this index has, too: chunk by chunk where it has none.
   */
  private void absorbPage(int mine, OrderedIndex later, int page, Consumer<String> damage) {
    char[] first = distances[mine];
    char[] second = later.distances[page];
    if (first.length + second.length > WORDS_PER_PAGE) {
      damage.accept("objects from 0x" + Long.toHexString(address(mine, 0)) + " on are repeated");
      return;
    }
    long[] longs = longs(mine);
    long[] laterLongs = later.longs(page);
    for (int chunk = 0; chunk < longs.length; chunk += LONGS_PER_CHUNK) {
      long starts = laterLongs[chunk + STARTS];
      if (starts != 0 && longs[chunk + STARTS] == 0 && longs[chunk + PLACE] == 0) {
        System.arraycopy(laterLongs, chunk, longs, chunk, LONGS_PER_CHUNK);
        longs[chunk + PLACE] += (long) first.length << RANK_SHIFT;
        continue;
      }
      int firstWord = chunk / LONGS_PER_CHUNK * Long.SIZE;
      for (; starts != 0; starts &= starts - 1) {
        long address = address(mine, firstWord + Long.numberOfTrailingZeros(starts));
        absorbException(address, later, damage);
      }
    }
    distances[mine] = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, distances[mine], first.length, second.length);
  }

  private void absorbException(long address, OrderedIndex later, Consumer<String> damage) {
    int mine = page(address);
    if (contains(mine, address)) {
      damage.accept("object id 0x" + Long.toHexString(address) + " is repeated");
      return;
    }
    exceptions.put(address, later.find(address));
    long[] longs = longs(mine);
    int chunk = indexOf(address);
    longs[chunk + PLACE] |= HAS_EXCEPTIONS;
    if (later.isLeaf(address)) {
      longs[chunk + LEAVES] |= bitOf(address);
    }
  }

  private void entered(long address, long base) {
    lastChunk = address >>> CHUNK_SHIFT;
    lastAddress = address;
    lastBase = base;
  }

  /**
   * Goes on with a page, which may have been begun before, and puts away the last one. False if
   * pages have changed so often that to copy them would cost more than all else.
   */
  private boolean fill(int page) {
    makeRoom();
    char[] begun = distances[page] == null ? NO_DISTANCES : distances[page];
    copied += begun.length;
    if (copied > FREE_COPIES + COPIES_PER_OBJECT * size()) {
      return false;
    }
    distances[filledPage] = count == 0 ? NO_DISTANCES : Arrays.copyOf(filling, count);
    filledPage = page;
    count = begun.length;
    System.arraycopy(begun, 0, filling, 0, count);
    return true;
  }

  private void makeRoom() {
    if (distances.length < pageCount()) {
      distances = Arrays.copyOf(distances, 2 * pageCount());
    }
  }

  /** Classes of the latter part of a dump come late, and may stand before what they are next to. */
  private static boolean isDistance(long distance) {
    return distance >= 0 && distance <= LONGEST_DISTANCE;
  }

  private static int rank(long place) {
    return (int) (place >>> RANK_SHIFT) & RANK_MASK;
  }
}
