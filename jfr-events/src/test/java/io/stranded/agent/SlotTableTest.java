package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlotTableTest {
  private static final Thread ANY = Thread.currentThread();

  private final SlotTable table = new SlotTable();

  @Test
  void behavesAsAMapWhateverIsAddedAndRemoved() {
    Map<Long, Slot> model = new HashMap<>();
    Random random = new Random(42);
    for (int step = 0; step < 200_000; step++) {
      // Grows for a while and shrinks for a while, among ids that fall into few stripes.
      boolean grow = (step / 20_000) % 2 == 0;
      long id = 64L * random.nextInt(2_000) + random.nextInt(2);
      if (random.nextInt(10) < (grow ? 8 : 2)) {
        Slot slot = table.obtain(ANY, id, 0);
        assertThat(model.putIfAbsent(id, slot)).isIn(null, slot);
      } else {
        assertThat(table.remove(id)).isSameAs(model.remove(id));
      }
    }

    assertThat(table.size()).isEqualTo(model.size()).isPositive();
    for (long id = 0; id < 64L * 2_000; id++) {
      assertThat(table.find(id)).isSameAs(model.get(id));
    }
  }

  @Test
  void visitsEverySlotOnceWhileNobodyChangesTheTable() {
    Set<Long> expected = new HashSet<>();
    for (long id = 1; id <= 5_000; id++) {
      table.obtain(ANY, id * 3, 0);
      expected.add(id * 3);
    }

    List<Long> visited = new ArrayList<>();
    table.forEach(slot -> visited.add(slot.threadId()));

    assertThat(visited).hasSize(5_000).hasSameElementsAs(expected);
  }

  @Test
  void threadFindsItsOwnSlotWhileOthersComeAndGo() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> results = new ArrayList<>();
      for (int worker = 0; worker < 4; worker++) {
        // All in one stripe, so that each moves the slots of the others.
        long first = 64L * 100_000 * worker;
        results.add(threads.submit(() -> comeAndGo(first)));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get(2, TimeUnit.MINUTES)).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(table.size()).isZero();
  }

  private int comeAndGo(long first) {
    int wrong = 0;
    for (int round = 0; round < 300; round++) {
      Map<Long, Slot> mine = new HashMap<>();
      for (int i = 0; i < 50; i++) {
        long id = first + 64L * (round * 50L + i);
        mine.put(id, table.obtain(ANY, id, 0));
      }
      for (Map.Entry<Long, Slot> own : mine.entrySet()) {
        wrong += table.find(own.getKey()) == own.getValue() ? 0 : 1;
        wrong += table.obtain(own.getKey()) == own.getValue() ? 0 : 1;
      }
      for (Map.Entry<Long, Slot> own : mine.entrySet()) {
        wrong += table.remove(own.getKey()) == own.getValue() ? 0 : 1;
      }
    }
    return wrong;
  }
}
