package io.stranded.heap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OrderedIndexTest {
  private static final long OBJECTS = 3_000_000;
  private static final long HEAP = 0x7f00_0000_0000L;

  @Test
  void moreObjectsThanAnIntCounts() {
    long dumpBytes = 100L << 30;
    OrderedIndex index = new OrderedIndex(dumpBytes, (1L << 31) - OBJECTS / 2);
    for (long i = 0; i < OBJECTS; i++) {
      assertThat(index.add(HEAP + 16 * i, (90L << 30) + 24 * i, /* leaf= */ false)).isTrue();
    }
    index.seal();
    assertThat(index.isUsable()).isTrue();
    for (long i = 0; i < OBJECTS; i++) {
      if (index.find(HEAP + 16 * i) != (90L << 30) + 24 * i) {
        assertThat(index.find(HEAP + 16 * i)).as("object %d", i).isEqualTo((90L << 30) + 24 * i);
      }
    }
    assertThat(index.find(HEAP + 8)).isEqualTo(-1);
    assertThat(index.mark(HEAP + 16 * (OBJECTS - 1))).isPositive();
    assertThat(index.mark(HEAP + 16 * (OBJECTS - 1))).isEqualTo(-1);
  }

  @Test
  void pagesNeverOutgrowTheDump() {
    OrderedIndex index = new OrderedIndex(1 << 20, 0);
    long added = 0;
    for (long i = 1; i < 100_000; i++) {
      added += index.add(i << 40, i, /* leaf= */ false) ? 1 : 0;
    }
    assertThat(added).isBetween(1000L, 1200L);
  }
}
