package io.stranded.internal.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Allocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrderedIndexTest {
  private static final long OBJECTS = 3_000_000;
  private static final long HEAP = 0x7f00_0000_0000L;
  private static final long DUMP_BYTES = 1L << 40;
  private static final long FIRST_OFFSET = DUMP_BYTES - 24 * OBJECTS;

  private final OrderedIndex index = new OrderedIndex(DUMP_BYTES);

  /** The last objects of a terabyte: nothing counts the 2^35 that fit before them in an int. */
  @Test
  void everyObjectIsFoundAtTheEndOfTheLargestDump() {
    for (long i = 0; i < OBJECTS; i++) {
      assertThat(index.add(HEAP + 16 * i, FIRST_OFFSET + 24 * i, /* leaf= */ false)).isTrue();
    }
    index.seal();
    assertThat(index.isUsable()).isTrue();
    for (long i = 0; i < OBJECTS; i++) {
      if (index.find(HEAP + 16 * i) != FIRST_OFFSET + 24 * i) {
        assertThat(index.find(HEAP + 16 * i)).as("object %d", i).isEqualTo(FIRST_OFFSET + 24 * i);
      }
    }
    assertThat(index.find(HEAP + 8)).isEqualTo(-1);
    Marks marks = new Marks(index);
    assertThat(marks.mark(HEAP + 16 * (OBJECTS - 1))).isTrue();
    assertThat(marks.mark(HEAP + 16 * (OBJECTS - 1))).isFalse();
  }

  /** As class mirrors come before all else, and objects of several writers in turn. */
  @Test
  void pageIsFilledInSeveralGoes() {
    long page = 1 << 20;
    for (int go = 0; go < 100; go++) {
      for (int p = 0; p < 5; p++) {
        long address = HEAP + p * page + go * 8192L;
        long offset = (go * 5L + p) * 1000;
        assertThat(index.add(address, offset, /* leaf= */ false)).isTrue();
        assertThat(index.add(address + 16, offset + 40, /* leaf= */ true)).isTrue();
        assertThat(index.add(address + 16, offset + 80, /* leaf= */ true)).isFalse();
      }
    }
    // Between two that are there, so out of order.
    assertThat(index.add(HEAP + 8, 7, /* leaf= */ false)).isTrue();
    index.seal();
    assertThat(index.find(HEAP + 8)).isEqualTo(7);
    for (int go = 0; go < 100; go++) {
      for (int p = 0; p < 5; p++) {
        long address = HEAP + p * page + go * 8192L;
        assertThat(index.find(address)).isEqualTo((go * 5L + p) * 1000);
        assertThat(index.find(address + 16)).isEqualTo((go * 5L + p) * 1000 + 40);
        assertThat(index.find(address + 24)).isEqualTo(-1);
      }
    }
  }

  @Test
  void pagesThatTakeTurnsObjectByObjectCostNoMoreThanTheyAreWorth() {
    long before = Allocation.ofThisThread();
    for (int i = 0; i < 200_000; i++) {
      assertThat(index.add(HEAP + ((i % 2) << 20) + 8L * (i / 2), 20L * i, /* leaf= */ false))
          .isTrue();
    }
    index.seal();
    assertThat(Allocation.ofThisThread() - before).isLessThan(64 * 20 * 200_000);
    for (int i = 0; i < 200_000; i++) {
      assertThat(index.find(HEAP + ((i % 2) << 20) + 8L * (i / 2))).isEqualTo(20L * i);
    }
  }

  /** However the objects of pages and chunks are shared out between the two. */
  @Test
  void absorbsAnIndexOfALaterPart() {
    OrderedIndex later = new OrderedIndex(DUMP_BYTES);
    Map<Long, Long> offsets = new LinkedHashMap<>();
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      // A third is in no order, and the two parts meet in most pages and many chunks.
      long place = i % 3 == 0 ? random.nextInt(200_000) : i;
      long address = HEAP + 64 * place + 16;
      boolean first = i < 100_000;
      if (offsets.putIfAbsent(address, 100L * i) == null) {
        assertThat((first ? index : later).add(address, 100L * i, /* leaf= */ i % 2 == 0)).isTrue();
      }
    }
    List<String> damage = new ArrayList<>();
    index.absorb(later, damage::add);
    // Before and behind all others, and both before them in the dump.
    long end = HEAP + 64 * 200_000;
    offsets.put(HEAP + 8, 5L);
    offsets.put(end, 7L);
    assertThat(index.add(HEAP + 8, 5, /* leaf= */ false)).isTrue();
    assertThat(index.add(end, 7, /* leaf= */ false)).isTrue();
    index.seal();
    assertThat(damage).isEmpty();
    assertThat(index.size()).isEqualTo(offsets.size());
    offsets.forEach(
        (address, offset) -> {
          assertThat(index.find(address)).isEqualTo(offset);
          assertThat(index.isLeaf(address)).isEqualTo(offset % 200 == 0);
          assertThat(index.find(address + 24)).isEqualTo(-1);
        });
  }

  @Test
  void objectsOfBothPartsAreDamage() {
    OrderedIndex later = new OrderedIndex(DUMP_BYTES);
    index.add(HEAP, 100, /* leaf= */ false);
    index.add(HEAP + 64, 200, /* leaf= */ false);
    later.add(HEAP + 64, 300, /* leaf= */ false);
    later.add(HEAP + 512, 400, /* leaf= */ false);
    List<String> damage = new ArrayList<>();
    index.absorb(later, damage::add);
    assertThat(damage).containsExactly("object id 0x7f0000000040 is repeated");
    assertThat(index.find(HEAP + 64)).isEqualTo(200);
    assertThat(index.find(HEAP + 512)).isEqualTo(400);
  }

  @Test
  void pagesNeverOutgrowTheDump() {
    OrderedIndex small = new OrderedIndex(1 << 20);
    long added = 0;
    for (long i = 1; i < 100_000; i++) {
      added += small.add(i << 40, i, /* leaf= */ false) ? 1 : 0;
    }
    assertThat(added).isBetween(1000L, 1200L);
  }
}
