package io.stranded.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Allocation;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarkQueueTest {
  private static final long HEAP = 0x7_0000_0000L;
  private static final int OBJECTS = 200_000;

  /** Bytes from one object to the next, so that there are eight pages. */
  private static final int STEP = 40;

  private final OrderedIndex index = new OrderedIndex(1 << 30);

  MarkQueueTest() {
    for (int i = 0; i < OBJECTS; i++) {
      index.add(address(i), i, /* leaf= */ i % 3 == 0);
    }
    index.seal();
  }

  @Test
  void handsOutEachObjectOnceHoweverOftenAndFromWhereverItIsReached() {
    MarkQueue queue = new MarkQueue(index);
    Random random = new Random(1);
    BitSet expected = new BitSet();
    BitSet handedOut = new BitSet();
    expected.set(1);
    queue.mark(address(1));
    for (long at = queue.next(); at >= 0; at = queue.next()) {
      int object = (int) at;
      assertThat(handedOut.get(object)).isFalse();
      handedOut.set(object);
      for (int i = 0; i < 4; i++) {
        int to = random.nextInt(OBJECTS);
        queue.mark(address(to));
        if (to % 3 != 0) {
          expected.set(to);
        }
      }
      // Nothing is there.
      queue.mark(address(object) + 8);
      queue.mark(1L << 45);
    }
    assertThat(handedOut).isEqualTo(expected);
    expected.stream().forEach(object -> assertThat(index.isMarked(address(object))).isTrue());
  }

  @Test
  void whatWaitsAgainAndAgainTakesNoMemory() {
    MarkQueue queue = new MarkQueue(index);
    long before = Allocation.ofThisThread();
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < OBJECTS; i++) {
        queue.mark(address(i));
      }
    }
    assertThat(Allocation.ofThisThread() - before).isLessThan(8L * OBJECTS);
    int handedOut = 0;
    while (queue.next() >= 0) {
      handedOut++;
    }
    assertThat(handedOut).isEqualTo(OBJECTS - (OBJECTS + 2) / 3);
  }

  private static long address(int object) {
    return HEAP + (long) object * STEP;
  }
}
