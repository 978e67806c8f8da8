package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CyclesTest {
  @Test
  void chainIsNoCycle() {
    Cycles cycles = new Cycles(3, element -> element - 1);
    assertThat(cycles.count()).isZero();
    assertThat(cycles.cycleOf(2)).isEqualTo(-1);
  }

  @Test
  void elementThatLeadsToItselfIsACycle() {
    Cycles cycles = new Cycles(2, element -> 1);
    assertThat(cycles.cycleOf(0)).isEqualTo(-1);
    assertThat(cycles.elements(cycles.cycleOf(1))).containsExactly(1);
  }

  @Test
  void chainsIntoACycleAreNotInIt() {
    // 0 → 1 → 2 → 3 → 1, and 5 → 4 → 3.
    int[] next = {1, 2, 3, 1, 3, 4};
    Cycles cycles = new Cycles(next.length, element -> next[element]);
    assertThat(cycles.count()).isEqualTo(1);
    assertThat(cycles.elements(cycles.cycleOf(2))).containsExactly(1, 2, 3);
    assertThat(cycles.cycleOf(0)).isEqualTo(-1);
    assertThat(cycles.cycleOf(4)).isEqualTo(-1);
    assertThat(cycles.cycleOf(5)).isEqualTo(-1);
  }

  @Test
  void cyclesAreToldApart() {
    int[] next = {1, 0, 3, 2, -1};
    Cycles cycles = new Cycles(next.length, element -> next[element]);
    assertThat(cycles.count()).isEqualTo(2);
    assertThat(cycles.cycleOf(0)).isEqualTo(cycles.cycleOf(1)).isNotEqualTo(cycles.cycleOf(2));
    assertThat(cycles.cycleOf(4)).isEqualTo(-1);
  }

  @Test
  void everyElementIsAskedOnceHoweverLongTheChain() {
    int count = 1_000_000;
    AtomicInteger asked = new AtomicInteger();
    Cycles chain =
        new Cycles(
            count,
            element -> {
              asked.incrementAndGet();
              return element == 0 ? 1 : element - 1;
            });
    assertThat(asked).hasValue(count);
    assertThat(chain.elements(chain.cycleOf(1))).containsExactlyInAnyOrder(0, 1);
    assertThat(chain.cycleOf(count - 1)).isEqualTo(-1);
  }
}
