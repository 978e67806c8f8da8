package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.snapshot.SnapshotFigures;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SnapshotsTakenTest {
  private static final Duration LEAST = Duration.ofSeconds(2);

  private static SnapshotFigures figures(long pauseMillis, long markingMillis) {
    Duration none = Duration.ZERO;
    return new SnapshotFigures(
        Duration.ofMillis(pauseMillis),
        none,
        none,
        none,
        Duration.ofMillis(markingMillis),
        0,
        0,
        0,
        0,
        0,
        0);
  }

  @Test
  void cheapOneIsFollowedAfterTheIntervalThatIsAskedFor() {
    assertThat(SnapshotsTaken.interval(figures(10, 50), LEAST)).isEqualTo(LEAST);
  }

  @Test
  void dearOneIsFollowedLater() {
    assertThat(SnapshotsTaken.interval(figures(90, 50), LEAST)).isEqualTo(Duration.ofMillis(4500));
    assertThat(SnapshotsTaken.interval(figures(10, 7_000), LEAST))
        .isEqualTo(Duration.ofSeconds(70));
  }

  @Test
  void noneIsFollowedLaterThanAfterTenMinutesUnlessThatIsAskedFor() {
    assertThat(SnapshotsTaken.interval(figures(10, 90_000), LEAST))
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(SnapshotsTaken.interval(figures(10, 50), Duration.ofHours(1)))
        .isEqualTo(Duration.ofHours(1));
  }

  @Test
  void pausesAreTold() {
    SnapshotsTaken taken = new SnapshotsTaken();
    assertThat(taken.isDue()).isTrue();
    taken.taken(figures(30, 1), Duration.ofHours(1));
    taken.taken(figures(20, 1), Duration.ofHours(1));
    assertThat(taken.count()).isEqualTo(2);
    assertThat(taken.lastPause()).isEqualTo(Duration.ofMillis(20));
    assertThat(taken.longestPause()).isEqualTo(Duration.ofMillis(30));
    assertThat(taken.isDue()).isFalse();
  }
}
