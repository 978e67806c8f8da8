package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Allocation;
import org.junit.jupiter.api.Test;

class LongStackTest {
  private static final int MANY = 5_000_000;

  private final LongStack stack = new LongStack();

  @Test
  void givesBackFromBothEnds() {
    for (int i = 0; i < 20_000; i++) {
      stack.push(i);
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(stack.popFirst()).isEqualTo(i);
      assertThat(stack.pop()).isEqualTo(19_999 - i);
    }
    assertThat(stack.isEmpty()).isTrue();
  }

  @Test
  void isEmptyWheneverAllWasTaken() {
    for (int size = 1; size < 10_000; size += 97) {
      for (int i = 0; i < size; i++) {
        assertThat(stack.isEmpty()).isEqualTo(i == 0);
        stack.push(i);
      }
      for (int i = 0; i < size; i++) {
        assertThat(stack.isEmpty()).isFalse();
        long value = i % 3 == 0 ? stack.popFirst() : stack.pop();
        assertThat(value).isBetween(0L, (long) size);
      }
      assertThat(stack.isEmpty()).isTrue();
    }
  }

  /** An array that is copied when full would need more, and end at what an int counts. */
  @Test
  void growsWithoutCopying() {
    long before = Allocation.ofThisThread();
    for (int i = 0; i < MANY; i++) {
      stack.push(i);
    }
    assertThat(Allocation.ofThisThread() - before).isLessThan(9L * MANY);
  }
}
