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

class JudgedGroupsTest {
  private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
  private static final Duration PROVEN_FOR = Duration.ofHours(6);

  private final JudgedGroups groups = new JudgedGroups(PROVEN_FOR);

  private boolean callForDump(int threads, Instant now, Long... leaked) {
    return groups.callForDump(List.of(suspect(threads)), Set.of(leaked), now);
  }

  private void judge(int size, int proven) {
    groups.judged("group", new JudgedGroups.Judgement(size, proven, NOW));
  }

  static Suspect suspect(int threads) {
    WaitPlace place = new WaitPlace("Latch", List.of("a.B.c(B.java:1)"), "group");
    return new Suspect(
        "group",
        IntStream.range(0, threads)
            .mapToObj(id -> new OpenWait(id, "t" + id, false, 1, NOW, place))
            .toList());
  }

  @Test
  void newGroupCallsForADump() {
    assertThat(callForDump(1, NOW)).isTrue();
  }

  @Test
  void liveGroupCallsAgainWhenItHasDoubled() {
    judge(5, 0);
    assertThat(callForDump(9, NOW)).isFalse();
    assertThat(callForDump(10, NOW)).isTrue();
  }

  @Test
  void provenGroupCallsAgainWhenAsManyHaveJoinedAsWereJudged() {
    judge(3, 3);
    assertThat(callForDump(5, NOW, 0L, 1L, 2L)).isFalse();
    assertThat(callForDump(6, NOW, 0L, 1L, 2L)).isTrue();
  }

  @Test
  void othersThatHaveTakenThePlaceOfLeakedThreadsHaveJoined() {
    judge(3, 3);
    assertThat(callForDump(3, NOW)).isTrue();
  }

  @Test
  void liveThreadsOfAGroupAreNoneThatJoined() {
    judge(5, 2);
    assertThat(callForDump(9, NOW, 0L, 1L)).isFalse();
    assertThat(callForDump(10, NOW, 0L, 1L)).isTrue();
    assertThat(groups.joined(suspect(5), Set.of(0L, 1L))).isEmpty();
    assertThat(groups.joined(suspect(7), Set.of(0L, 1L))).containsExactlyInAnyOrder(5L, 6L);
  }

  @Test
  void groupThatIsForgottenCallsForADump() {
    judge(5, 5);
    groups.forget("group");
    assertThat(callForDump(1, NOW, 0L)).isTrue();
  }

  @Test
  void provenGroupIsProvedAgainOnASlowSchedule() {
    judge(5, 5);
    Long[] all = {0L, 1L, 2L, 3L, 4L};
    assertThat(callForDump(5, NOW.plus(PROVEN_FOR).minusMillis(1), all)).isFalse();
    assertThat(callForDump(5, NOW.plus(PROVEN_FOR), all)).isTrue();
  }

  @Test
  void liveGroupThatHasNotChangedCostsNoSecondDump() {
    judge(5, 0);
    assertThat(callForDump(5, NOW.plus(PROVEN_FOR.multipliedBy(9)))).isFalse();
    assertThat(callForDump(6, NOW.plus(PROVEN_FOR))).isTrue();
  }
}
