package io.stranded.internal.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.testing.Allocation;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarkQueueTest {
  private static final long HEAP = 0x7_0000_0000L;
  private static final int OBJECTS = 220_000;

  /** Bytes from one object to the next, so that there are ten pages. */
  private static final int STEP = 48;

  private final OrderedIndex index = new OrderedIndex(1 << 30);

  MarkQueueTest() {
    for (int i = 0; i < OBJECTS; i++) {
      index.add(address(i), i, /* leaf= */ i % 3 == 0);
    }
    index.seal();
  }

  @Test
  void handsOutEachObjectOnceHoweverOftenAndFromWhereverItIsReached() {
    Marks marks = new Marks(index);
    MarkQueue queue = marks.queue();
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
    expected.stream().forEach(object -> assertThat(marks.isMarked(address(object))).isTrue());
  }

  @Test
  void twoThatShareHandOutEachObjectOnce() {
    for (int seed = 0; seed < 20; seed++) {
      MarkQueue first = new Marks(index).queue();
      int[] references = new Random(seed).ints(2 * OBJECTS, 0, OBJECTS).toArray();
      roots().forEach(root -> first.mark(address(root)));
      MarkQueue second = first.share();
      SecondCore<BitSet> core = SecondCore.start("second", () -> follow(second, references));
      BitSet handedOut = follow(first, references);
      BitSet handedOutBySecond = core.join();
      assertThat(handedOut.intersects(handedOutBySecond)).isFalse();
      assertThat(handedOutBySecond.cardinality()).isPositive();
      handedOut.or(handedOutBySecond);
      assertThat(handedOut).isEqualTo(reachable(references));
      assertThat(first.next()).isEqualTo(-1);
    }
  }

  @Test
  void failureOfOneEndsTheOther() {
    MarkQueue first = new Marks(index).queue();
    MarkQueue second = first.share();
    SecondCore<Boolean> core =
        SecondCore.start(
            "second",
            () -> {
              second.abandon();
              throw new IllegalStateException("no more");
            });
    assertThat(first.next()).isEqualTo(-1);
    assertThatThrownBy(core::join).hasMessage("no more");
  }

  private static BitSet follow(MarkQueue queue, int[] references) {
    BitSet handedOut = new BitSet();
    for (long at = queue.next(); at >= 0; at = queue.next()) {
      int object = (int) at;
      assertThat(handedOut.get(object)).isFalse();
      handedOut.set(object);
      queue.mark(address(references[2 * object]));
      queue.mark(address(references[2 * object + 1]));
    }
    return handedOut;
  }

  /** So many that what they lead to is sure to be in all pages. */
  private static List<Integer> roots() {
    return IntStream.range(0, 100).boxed().toList();
  }

  /** All objects that the roots reach and that have references. */
  private static BitSet reachable(int[] references) {
    BitSet reached = new BitSet();
    Deque<Integer> pending = new ArrayDeque<>(roots());
    while (!pending.isEmpty()) {
      int object = pending.pop();
      if (object % 3 != 0 && !reached.get(object)) {
        reached.set(object);
        pending.push(references[2 * object]);
        pending.push(references[2 * object + 1]);
      }
    }
    return reached;
  }

  @Test
  void whatWaitsAgainAndAgainTakesNoMemory() {
    MarkQueue queue = new Marks(index).queue();
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
