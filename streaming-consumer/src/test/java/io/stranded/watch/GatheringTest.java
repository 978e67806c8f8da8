package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private final Gathering gathering = new Gathering(Duration.ofSeconds(60));

  private boolean isOver(Set<Long> ripe, Set<Long> soon, int second) {
    return gathering.isOver(ripe, soon, Duration.ofSeconds(second).toNanos());
  }

  @Test
  void looksAheadForSecondsAndNeverForMoreThanHalfTheTime() {
    assertThat(gathering.ahead()).isEqualTo(Duration.ofSeconds(5));
    assertThat(new Gathering(Duration.ofSeconds(2)).ahead()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void nobodyWaitsWhereNobodyIsAboutToRipen() {
    assertThat(isOver(Set.of(1L, 2L), Set.of(1L, 2L), 0)).isTrue();
    assertThat(isOver(Set.of(1L, 2L), Set.of(1L), 0)).isTrue();
  }

  @Test
  void whatRipensSoonIsWaitedFor() {
    assertThat(isOver(Set.of(1L), Set.of(1L, 2L), 0)).isFalse();
    assertThat(isOver(Set.of(1L), Set.of(1L, 2L), 4)).isFalse();
    assertThat(isOver(Set.of(1L, 2L), Set.of(1L, 2L), 5)).isTrue();
  }

  @Test
  void noWaitIsLongerThanTwiceTheTimeHoweverManyRipen() {
    assertThat(isOver(Set.of(1L), Set.of(1L, 2L), 0)).isFalse();
    assertThat(isOver(Set.of(1L, 2L), Set.of(1L, 2L, 3L), 9)).isFalse();
    assertThat(isOver(Set.of(1L, 2L, 3L), Set.of(1L, 2L, 3L, 4L), 10)).isTrue();
  }

  @Test
  void eachLookHasItsOwnTime() {
    assertThat(isOver(Set.of(1L), Set.of(1L, 2L), 0)).isFalse();
    assertThat(isOver(Set.of(1L, 2L), Set.of(1L, 2L, 3L), 10)).isTrue();
    assertThat(isOver(Set.of(1L, 2L), Set.of(1L, 2L, 3L), 11)).isFalse();
  }
}
