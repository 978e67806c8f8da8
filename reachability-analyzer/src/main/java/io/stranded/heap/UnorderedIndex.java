package io.stranded.heap;

/**
 * An index for dumps whose objects come in any order, as those of ZGC and Shenandoah do: filled in
 * two passes. An object's offset is kept in five bytes.
 */
final class UnorderedIndex extends ObjectIndex {
  private static final int BLOCK_SHIFT = 20;
  private static final int BLOCK_MASK = (1 << BLOCK_SHIFT) - 1;

  private int[][] offsetsLow = new int[0][];
  private byte[][] offsetsHigh = new byte[0][];
  private long sealed;

  UnorderedIndex(long dumpBytes) {
    super(dumpBytes);
  }

  @Override
  void enter(long[] page, int chunk, long bit, long address, long offset) {
    page[chunk + STARTS] |= bit;
  }

  @Override
  void seal() {
    forEachChunk(
        (page, chunk) -> {
          page[chunk + RANK] = sealed;
          sealed += Long.bitCount(page[chunk + STARTS]);
        });
    int blocks = (int) ((sealed + BLOCK_MASK) >>> BLOCK_SHIFT);
    offsetsLow = new int[blocks][];
    offsetsHigh = new byte[blocks][];
    for (int i = 0; i < blocks; i++) {
      int length = (int) Math.min(BLOCK_MASK + 1L, sealed - ((long) i << BLOCK_SHIFT));
      offsetsLow[i] = new int[length];
      offsetsHigh[i] = new byte[length];
    }
  }

  @Override
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
    long rank = rank(page, chunk, bit);
    offsetsLow[(int) (rank >>> BLOCK_SHIFT)][(int) rank & BLOCK_MASK] = (int) offset;
    offsetsHigh[(int) (rank >>> BLOCK_SHIFT)][(int) rank & BLOCK_MASK] = (byte) (offset >>> 32);
  }

  @Override
  long offset(long[] page, int chunk, long bit, long address) {
    if ((page[chunk + STARTS] & bit) == 0) {
      return -1;
    }
    long rank = rank(page, chunk, bit);
    int block = (int) (rank >>> BLOCK_SHIFT);
    int slot = (int) rank & BLOCK_MASK;
    return ((offsetsHigh[block][slot] & 0xffL) << 32) | (offsetsLow[block][slot] & 0xffff_ffffL);
  }

  @Override
  boolean contains(long[] page, int chunk, long bit, long address) {
    return (page[chunk + STARTS] & bit) != 0;
  }

  @Override
  boolean wantsPlaces() {
    return true;
  }

  @Override
  boolean isUsable() {
    return true;
  }

  private static long rank(long[] page, int chunk, long bit) {
    return page[chunk + RANK] + Long.bitCount(page[chunk + STARTS] & (bit - 1));
  }
}
