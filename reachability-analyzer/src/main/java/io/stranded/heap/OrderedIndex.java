package io.stranded.heap;

import io.stranded.hprof.LongLongMap;
import java.util.Arrays;

/**
 * An index for dumps whose objects come in the order of their addresses, as those of the Serial,
 * Parallel and G1 collectors do: filled in one pass. An object's offset is kept as its distance
 * from the first one of its chunk, in two bytes. The few objects that are out of order, class
 * mirrors and those at the borders of segments, stand in a hash map.
 */
final class OrderedIndex extends ObjectIndex {
  private static final int BLOCK_SHIFT = 20;
  private static final int BLOCK_MASK = (1 << BLOCK_SHIFT) - 1;
  private static final int LONGEST_DISTANCE = 0xffff;
  private static final long HAS_EXCEPTIONS = 1L << 63;

  /** Exceptions that any dump may have, and objects that must stand behind each further one. */
  private static final int FREE_EXCEPTIONS = 20_000;

  private static final int OBJECTS_PER_EXCEPTION = 50;

  private final LongLongMap exceptions = new LongLongMap();
  private char[][] distances;
  private long count;

  OrderedIndex(long dumpBytes) {
    this(dumpBytes, 0);
  }

  /** An index that counts on from a rank, as if so many objects were there already. */
  OrderedIndex(long dumpBytes, long firstRank) {
    super(dumpBytes);
    this.count = firstRank;
    this.distances = new char[(int) (firstRank >>> BLOCK_SHIFT) + 16][];
  }

  @Override
  void enter(long[] page, int chunk, long bit, long address, long offset) {
    long starts = page[chunk + STARTS];
    if (starts == 0) {
      page[chunk + BASE] = offset;
      page[chunk + RANK] = count;
      append(page, chunk, bit, 0);
      return;
    }
    long rank = page[chunk + RANK] & ~HAS_EXCEPTIONS;
    long distance = offset - page[chunk + BASE];
    boolean next =
        Long.numberOfLeadingZeros(bit) < Long.numberOfLeadingZeros(starts)
            && count == rank + Long.bitCount(starts)
            && distance <= LONGEST_DISTANCE;
    if (next) {
      append(page, chunk, bit, (int) distance);
    } else {
      exceptions.put(address, offset);
      page[chunk + RANK] |= HAS_EXCEPTIONS;
    }
  }

  @Override
  long offset(long[] page, int chunk, long bit, long address) {
    long starts = page[chunk + STARTS];
    long rank = page[chunk + RANK];
    if ((starts & bit) == 0) {
      return rank < 0 ? exceptions.getOrDefault(address, -1) : -1;
    }
    long own = (rank & ~HAS_EXCEPTIONS) + Long.bitCount(starts & (bit - 1));
    return page[chunk + BASE] + distances[(int) (own >>> BLOCK_SHIFT)][(int) own & BLOCK_MASK];
  }

  @Override
  boolean contains(long[] page, int chunk, long bit, long address) {
    return (page[chunk + STARTS] & bit) != 0
        || (page[chunk + RANK] < 0 && exceptions.getOrDefault(address, -1) >= 0);
  }

  @Override
  boolean isUsable() {
    return exceptions.size() <= FREE_EXCEPTIONS + count / OBJECTS_PER_EXCEPTION;
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
    // Ranks are known from the start.
  }

  private void append(long[] page, int chunk, long bit, int distance) {
    int block = (int) (count >>> BLOCK_SHIFT);
    if (block == distances.length) {
      distances = Arrays.copyOf(distances, block * 2);
    }
    if (distances[block] == null) {
      distances[block] = new char[BLOCK_MASK + 1];
    }
    distances[block][(int) count & BLOCK_MASK] = (char) distance;
    page[chunk + STARTS] |= bit;
    count++;
  }
}
