package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatsTest {
  private static final long START = Long.MAX_VALUE - 5;

  private final Repeats repeats = new Repeats();

  @Test
  void nothingIsRepeatedUnasked() {
    assertThat(repeats.take(100, START)).isFalse();
  }

  @Test
  void requestIsTakenOnce() {
    repeats.askNow();

    assertThat(repeats.take(100, START)).isTrue();
    assertThat(repeats.take(100, START)).isFalse();
  }

  @Test
  void chunksRepeatAtMostTenWaitsASecond() {
    repeats.askWithinBudget();
    assertThat(repeats.take(500, START)).isTrue();

    repeats.askWithinBudget();
    assertThat(repeats.take(500, START + TimeUnit.SECONDS.toNanos(49))).isFalse();
    repeats.askWithinBudget();
    assertThat(repeats.take(500, START + TimeUnit.SECONDS.toNanos(50))).isTrue();
  }

  @Test
  void newListenerIsToldHoweverRecentTheLastRepeatWas() {
    repeats.askNow();
    assertThat(repeats.take(1_000_000, START)).isTrue();

    repeats.askNow();
    assertThat(repeats.take(1_000_000, START + 1)).isTrue();
  }
}
