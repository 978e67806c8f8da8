package io.stranded.internal.recording;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A set of thread ids. A JVM counts them up, so that neighbours are likely: about a bit for each,
 * however many millions of virtual threads have come and gone.
 */
final class IdSet {
  private static final int PAGE_BITS = 12;

  private final Map<Long, BitSet> pages = new HashMap<>();

  void add(long id) {
    pages.computeIfAbsent(id >> PAGE_BITS, page -> new BitSet()).set(bit(id));
  }

  boolean contains(long id) {
    BitSet page = pages.get(id >> PAGE_BITS);
    return page != null && page.get(bit(id));
  }

  boolean isEmpty() {
    return pages.isEmpty();
  }

  private static int bit(long id) {
    return (int) (id & ((1 << PAGE_BITS) - 1));
  }
}
