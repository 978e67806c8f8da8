package io.stranded.internal.heap;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * An index for dumps whose objects come in any order, as those of ZGC and Shenandoah do: filled in
 * two passes. An object's offset is kept in four bytes, or five if the dump is larger than 4 GiB.
 */
final class UnorderedIndex extends ObjectIndex {
  private int[][] offsetsLow = new int[0][];
  private byte[][] offsetsHigh = new byte[0][];
  private final boolean high;

  UnorderedIndex(long dumpBytes) {
    super(dumpBytes);
    this.high = dumpBytes > 1L << Integer.SIZE;
  }

  @Override
  void enter(int page, long address, long offset) {
    longs(page)[indexOf(address) + STARTS] |= bitOf(address);
  }

  @Override
  void seal() {
    offsetsLow = new int[pageCount()][];
    offsetsHigh = new byte[pageCount()][];
    for (int page = 0; page < pageCount(); page++) {
      long[] longs = longs(page);
      int count = 0;
      for (int chunk = 0; chunk < longs.length; chunk += LONGS_PER_CHUNK) {
        longs[chunk + PLACE] = count;
        count += Long.bitCount(longs[chunk + STARTS]);
      }
      offsetsLow[page] = new int[count];
      offsetsHigh[page] = new byte[high ? count : 0];
    }
  }

  @Override
  ObjectIndex another(long dumpBytes) {
    return new UnorderedIndex(dumpBytes);
  }

  @Override
  void absorb(ObjectIndex another, Consumer<String> damage) {
    for (int page = 1; page < another.pageCount(); page++) {
      int mine = page(another.address(page, 0));
      if (mine == PageDirectory.NONE) {
        adopt(another, page);
        continue;
      }
      long[] longs = longs(mine);
      long[] others = another.longs(page);
      for (int chunk = 0; chunk < longs.length; chunk += LONGS_PER_CHUNK) {
        if ((longs[chunk + STARTS] & others[chunk + STARTS]) != 0) {
          damage.accept(
              "objects from 0x" + Long.toHexString(address(mine, 0)) + " on are repeated");
        }
        longs[chunk + STARTS] |= others[chunk + STARTS];
        longs[chunk + LEAVES] |= others[chunk + LEAVES];
      }
    }
    count(another.size());
  }

  @Override
  void place(long address, long offset) {
    int page = page(address);
    if (contains(page, address)) {
      int rank = rank(page, address);
      offsetsLow[page][rank] = (int) offset;
      if (high) {
        offsetsHigh[page][rank] = (byte) (offset >>> Integer.SIZE);
      }
    }
  }

  @Override
  long offset(int page, long address) {
    if (!contains(page, address)) {
      return -1;
    }
    int rank = rank(page, address);
    long low = offsetsLow[page][rank] & 0xffff_ffffL;
    return high ? (offsetsHigh[page][rank] & 0xffL) << Integer.SIZE | low : low;
  }

  @Override
  boolean contains(int page, long address) {
    return (longs(page)[indexOf(address) + STARTS] & bitOf(address)) != 0;
  }

  @Override
  boolean wantsPlaces() {
    return true;
  }

  @Override
  void forEachException(LongConsumer visitor) {
    // Every object has a start bit.
  }

  @Override
  boolean isUsable() {
    return true;
  }

  private int rank(int page, long address) {
    long[] longs = longs(page);
    int chunk = indexOf(address);
    return (int) longs[chunk + PLACE] + Long.bitCount(longs[chunk + STARTS] & (bitOf(address) - 1));
  }
}
