package io.stranded.internal.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnorderedIndexTest {
  private static final long HEAP = 0x7f00_0000_0000L;

  /** So large that offsets take more than four bytes. */
  private static final long DUMP_BYTES = 1L << 34;

  private final UnorderedIndex index = new UnorderedIndex(DUMP_BYTES);

  @Test
  void absorbsAnIndexOfALaterPart() {
    ObjectIndex later = index.another(DUMP_BYTES / 2);
    Map<Long, Long> offsets = new LinkedHashMap<>();
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      long address = HEAP + 16L * random.nextInt(1_000_000);
      long offset = random.nextLong(DUMP_BYTES);
      if (offsets.putIfAbsent(address, offset) == null) {
        ObjectIndex part = i % 2 == 0 ? index : later;
        assertThat(part.add(address, offset, /* leaf= */ address % 32 == 0)).isTrue();
      }
    }
    List<String> damage = new ArrayList<>();
    index.absorb(later, damage::add);
    index.seal();
    offsets.forEach(index::place);
    assertThat(damage).isEmpty();
    assertThat(index.size()).isEqualTo(offsets.size());
    offsets.forEach(
        (address, offset) -> {
          assertThat(index.find(address)).isEqualTo(offset);
          assertThat(index.isLeaf(address)).isEqualTo(address % 32 == 0);
          assertThat(index.find(address + 8)).isEqualTo(-1);
        });
  }

  @Test
  void objectsOfBothPartsAreDamage() {
    ObjectIndex later = index.another(DUMP_BYTES / 2);
    index.add(HEAP + 64, 200, /* leaf= */ false);
    later.add(HEAP + 64, 300, /* leaf= */ false);
    List<String> damage = new ArrayList<>();
    index.absorb(later, damage::add);
    assertThat(damage).containsExactly("objects from 0x7f0000000000 on are repeated");
  }
}
