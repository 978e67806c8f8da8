package io.stranded.internal.heap;

import java.util.function.LongConsumer;

/**
 * Which objects of a graph are marked: a bit for every 8 bytes of heap. A graph may have several at
 * one time, which know nothing of each other. Use by one thread, but for two {@link MarkQueue}s
 * that share a marking.
 */
public final class Marks {
  private static final int CHUNKS = ObjectIndex.CHUNKS_PER_PAGE;

  private final ObjectIndex objects;
  private final long[][] pages;
  private boolean visitsLeaves;

  Marks(ObjectIndex objects) {
    this(objects, new long[objects.pageCount()][CHUNKS]);
  }

  private Marks(ObjectIndex objects, long[][] pages) {
    this.objects = objects;
    this.pages = pages;
  }

  /** The same marks, to go on with apart from these. */
  public Marks copy() {
    long[][] copied = new long[pages.length][];
    for (int page = 0; page < pages.length; page++) {
      copied[page] = pages[page].clone();
    }
    return new Marks(objects, copied);
  }

  /**
   * Marks an object.
   *
   * @return whether it was not marked before and is worth a visit
   */
  public boolean mark(long address) {
    return mark(objects.page(address), ObjectIndex.wordOf(address));
  }

  /** Marks the object at a word of a page. */
  boolean mark(int page, int word) {
    long[] marks = pages[page];
    int chunk = ObjectIndex.chunkOf(word);
    long bit = 1L << word;
    long before = marks[chunk];
    if ((before & bit) != 0 || !objects.starts(page, word)) {
      return false;
    }
    marks[chunk] = before | bit;
    return visitsLeaves || !objects.isLeaf(page, word);
  }

  /** Whether the object at an address is marked. */
  public boolean isMarked(long address) {
    return ObjectIndex.isAligned(address)
        && (pages[objects.page(address)][ObjectIndex.chunkOf(address)] & ObjectIndex.bitOf(address))
            != 0;
  }

  /** From now on objects are worth a visit even if they have no references and nobody watches. */
  public void visitLeaves() {
    visitsLeaves = true;
  }

  /** A queue of what is marked and waits for a visit. */
  public MarkQueue queue() {
    return new MarkQueue(objects, this);
  }

  /** The number of marked objects. */
  public long count() {
    long count = 0;
    for (long[] marks : pages) {
      for (long chunk : marks) {
        count += Long.bitCount(chunk);
      }
    }
    return count;
  }

  /** Hands over the addresses of all objects that are not marked, in no order. */
  public void forEachUnmarked(LongConsumer visitor) {
    for (int page = 1; page < pages.length; page++) {
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        long left = objects.startsOf(page, chunk) & ~pages[page][chunk];
        for (; left != 0; left &= left - 1) {
          visitor.accept(
              objects.address(page, chunk * Long.SIZE + Long.numberOfTrailingZeros(left)));
        }
      }
    }
    objects.forEachException(
        address -> {
          if (!isMarked(address)) {
            visitor.accept(address);
          }
        });
  }
}
