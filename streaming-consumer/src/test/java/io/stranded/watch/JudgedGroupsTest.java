package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.timeline.OpenWait;
import io.stranded.timeline.Suspect;
import io.stranded.timeline.WaitPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JudgedGroupsTest {
  private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
  private static final Duration PROVEN_FOR = Duration.ofHours(6);

  private final JudgedGroups groups = new JudgedGroups(PROVEN_FOR);

  private boolean callForDump(int threads, Instant now) {
    return groups.callForDump(List.of(suspect(threads)), now);
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
  void provenGroupIsCountedWithoutADumpHoweverLargeItGrows() {
    judge(5, 5);
    assertThat(groups.isWhollyLeaked("group")).isTrue();
    assertThat(callForDump(5000, NOW)).isFalse();
  }

  @Test
  void groupOfLiveAndLeakedThreadsIsNotCountedBlindly() {
    judge(5, 4);
    assertThat(groups.isWhollyLeaked("group")).isFalse();
    assertThat(callForDump(10, NOW)).isTrue();
  }

  @Test
  void provenGroupIsProvedAgainOnASlowSchedule() {
    judge(5, 5);
    assertThat(callForDump(5, NOW.plus(PROVEN_FOR).minusMillis(1))).isFalse();
    assertThat(callForDump(5, NOW.plus(PROVEN_FOR))).isTrue();
  }

  @Test
  void liveGroupThatHasNotChangedCostsNoSecondDump() {
    judge(5, 0);
    assertThat(callForDump(5, NOW.plus(PROVEN_FOR.multipliedBy(9)))).isFalse();
    assertThat(callForDump(6, NOW.plus(PROVEN_FOR))).isTrue();
  }
}
