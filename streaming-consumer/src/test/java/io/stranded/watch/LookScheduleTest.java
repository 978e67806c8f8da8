package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.WaitPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookScheduleTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration PROVEN_FOR = Duration.ofHours(6);

  private final LookSchedule schedule = new LookSchedule(INTERVAL, PROVEN_FOR);

  private static Suspect suspect(int threads, long waitNumber) {
    WaitPlace place = new WaitPlace("Latch", List.of("a.B.c(B.java:1)"), "group");
    return new Suspect(
        "group",
        IntStream.range(0, threads)
            .mapToObj(id -> new OpenWait(id, "t" + id, false, waitNumber, Instant.EPOCH, place))
            .toList());
  }

  private void look(int threads, Duration at, Long... leaked) {
    schedule.looked(suspect(threads, 1), Set.of(leaked), at.toNanos());
  }

  private boolean isDue(int threads, Duration at, Long... leaked) {
    return schedule.isDue(List.of(suspect(threads, 1)), Set.of(leaked), at.toNanos());
  }

  @Test
  void newGroupIsDue() {
    assertThat(isDue(1, Duration.ZERO)).isTrue();
  }

  @Test
  void groupThatLivesIsLookedAtAfterTwiceAsLongEachTime() {
    Duration at = Duration.ZERO;
    for (Duration rest = INTERVAL; rest.toMinutes() < 8; rest = rest.multipliedBy(2)) {
      look(4, at);
      assertThat(isDue(4, at.plus(rest).minusMillis(1))).isFalse();
      at = at.plus(rest);
      assertThat(isDue(4, at)).isTrue();
    }
    for (int i = 0; i < 100; i++) {
      look(4, at);
    }
    assertThat(isDue(4, at.plus(LookSchedule.LONGEST).minusMillis(1))).isFalse();
    assertThat(isDue(4, at.plus(LookSchedule.LONGEST))).isTrue();
  }

  @Test
  void threadThatIsNewToAGroupThatLivesWaitsForHalfAMinuteAtMost() {
    for (int i = 0; i < 20; i++) {
      look(4, Duration.ZERO);
    }
    assertThat(isDue(5, Duration.ofSeconds(29))).isFalse();
    assertThat(isDue(5, Duration.ofSeconds(30))).isTrue();
    assertThat(isDue(4, Duration.ofSeconds(30))).isFalse();
  }

  @Test
  void threadInAnotherWaitIsNew() {
    for (int i = 0; i < 20; i++) {
      look(4, Duration.ZERO);
    }
    List<Suspect> again = List.of(suspect(4, 2));
    assertThat(schedule.isDue(again, Set.of(), Duration.ofSeconds(30).toNanos())).isTrue();
  }

  @Test
  void threadThatJoinsLeakedOnesIsLookedAtAtOnce() {
    for (int i = 0; i < 20; i++) {
      look(3, Duration.ZERO, 0L, 1L);
    }
    assertThat(isDue(3, INTERVAL, 0L, 1L)).isFalse();
    assertThat(isDue(4, INTERVAL, 0L, 1L)).isTrue();
  }

  @Test
  void groupOfLeakedThreadsIsProvedAgainWhenItIsTime() {
    look(2, Duration.ZERO, 0L, 1L);
    assertThat(isDue(2, PROVEN_FOR.minusMillis(1), 0L, 1L)).isFalse();
    assertThat(isDue(2, PROVEN_FOR, 0L, 1L)).isTrue();
  }

  @Test
  void whatALookHasProvedBringsTheNextOneSoon() {
    for (int i = 0; i < 20; i++) {
      look(3, Duration.ZERO);
    }
    look(3, Duration.ofHours(1), 0L);
    assertThat(isDue(3, Duration.ofHours(1).plus(INTERVAL), 0L)).isTrue();
  }
}
