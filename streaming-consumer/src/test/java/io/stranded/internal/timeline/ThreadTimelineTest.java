package io.stranded.internal.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.source.ThreadEvent;
import io.stranded.internal.trend.StartPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ThreadTimelineTest {
  private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
  private static final Patience PATIENCE = new Patience(Duration.ofSeconds(60));

  private final ThreadTimeline timeline = new ThreadTimeline();

  private void waiting(long id, int seconds, String line) {
    timeline.accept(
        new ThreadEvent.Waiting(
            id,
            "t" + id,
            false,
            id,
            NOW.minusSeconds(seconds),
            false,
            "Latch",
            List.of("a.B.c(B.java:" + line + ")")));
  }

  private List<Integer> suspects() {
    return timeline.suspects(PATIENCE, NOW).stream().map(s -> s.waits().size()).toList();
  }

  @Test
  void threadsOfOnePlaceAreOneSuspectOnceTheyHaveWaitedLongEnough() {
    waiting(1, 61, "5");
    waiting(2, 90, "9");
    waiting(3, 59, "5");
    assertThat(suspects()).containsExactly(2);
  }

  @Test
  void groupThatGrowsIsSuspectSooner() {
    for (int id = 0; id < 15; id++) {
      waiting(id, 16, "5");
    }
    assertThat(suspects()).isEmpty();
    waiting(15, 16, "5");
    assertThat(suspects()).containsExactly(16);
    for (int id = 20; id < 37; id++) {
      waiting(id, 31, "5");
    }
    assertThat(suspects()).isEmpty();
  }

  @Test
  void threadsThatComeAndGoLeaveNothingBehind() {
    for (long id = 0; id < 300_000; id++) {
      timeline.accept(
          new ThreadEvent.Started(id, "t", false, List.of("a.B.start(B.java:" + id + ")")));
      waiting(id, 61, Long.toString(id));
      if (id % 2 == 0) {
        timeline.accept(new ThreadEvent.Released(id));
      }
      timeline.accept(new ThreadEvent.Ended(id));
    }
    assertThat(timeline.openCount()).isZero();
    assertThat(timeline.createdBy(299_999)).isEmpty();
  }

  @Test
  void creatorsOfTheYoungestThreadsAreKept() {
    for (long id = 0; id <= 200_000; id++) {
      timeline.accept(new ThreadEvent.Started(id, "t", false, List.of("a.B.start(B.java:1)")));
    }
    assertThat(timeline.createdBy(0)).isEmpty();
    assertThat(timeline.createdBy(200_000)).containsExactly("a.B.start(B.java:1)");
  }

  @Test
  void waitsBeyondThoseThatAreHeldAreLeftOutAndThatIsToldOnce() {
    for (long id = 0; id < 200_000; id++) {
      waiting(id, 61, "5");
    }
    waiting(0, 90, "5");
    assertThat(timeline.takeOverflow()).isFalse();
    waiting(200_000, 61, "5");
    assertThat(timeline.openCount()).isEqualTo(200_000);
    assertThat(timeline.takeOverflow()).isTrue();
    assertThat(timeline.takeOverflow()).isFalse();
    timeline.accept(new ThreadEvent.Ended(0));
    waiting(200_000, 61, "5");
    assertThat(timeline.openWaits(Set.of(200_000L))).hasSize(1);
  }

  @Test
  void gapMakesAllWaitsVoidAndIsToldOnce() {
    waiting(1, 61, "5");
    timeline.accept(new ThreadEvent.Gap());
    assertThat(timeline.openWaits(Set.of(1L))).isEmpty();
    assertThat(timeline.takeGap()).isTrue();
    assertThat(timeline.takeGap()).isFalse();
  }

  @Test
  void timeFromBeforeTheClockWasSteppedBackIsNotTrusted() throws InterruptedException {
    timeline.accept(new ThreadEvent.Told(Instant.now().plusSeconds(3600)));
    assertThat(timeline.awaitTold(Instant.now(), 0)).isFalse();
    Instant told = Instant.now();
    timeline.accept(new ThreadEvent.Told(told));
    assertThat(timeline.awaitTold(told, 0)).isTrue();
    timeline.forgetTime();
    assertThat(timeline.awaitTold(told, 0)).isFalse();
  }

  private void started(long id, String name, String... creator) {
    timeline.accept(new ThreadEvent.Started(id, name, false, List.of(creator)));
  }

  private static Map<String, Long> named(Map<StartPlace, Long> places) {
    Map<String, Long> named = new HashMap<>();
    places.forEach((place, count) -> named.put(place.name(), count));
    return named;
  }

  @Test
  void threadWhoseEndIsNotToldYetIsNotAmongTheActiveAndNotTakenForAVirtualOne() {
    List<String> creator = List.of("a.B.start(B.java:1)");
    timeline.accept(new ThreadEvent.Started(1, "lives", false, creator));
    timeline.accept(new ThreadEvent.Started(2, "has ended", false, creator));
    timeline.accept(new ThreadEvent.Started(3, "", true, creator));
    Set<Long> active = new HashSet<>();
    timeline.activeByPlace(Set.of(1L)).values().forEach(active::addAll);
    assertThat(active).containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  void livingThreadsAreCountedByThePlaceThatStartedThem() {
    started(1, "a-1", "java.X.y(X.java:1)", "a.B.c(B.java:5)", "a.B.main(B.java:1)");
    started(2, "a-2", "a.B.c(B.java:6)", "a.B.main(B.java:1)");
    started(3, "a-3", "a.B.c(B.java:5)", "a.B.other(B.java:1)");
    started(4, "pool-1", "java.X.y(X.java:1)");
    started(5, "pool-2", "java.X.y(X.java:1)");
    started(6, "timer", "java.X.y(X.java:1)");
    timeline.accept(new ThreadEvent.Ended(5));
    waiting(2, 61, "5");
    waiting(7, 61, "5");
    assertThat(named(timeline.livingByPlace()))
        .isEqualTo(
            Map.of(
                "a.B.c(B.java:5) from a.B.main(B.java:1)", 2L,
                "a.B.c(B.java:5) from a.B.other(B.java:1)", 1L,
                "threads named \"pool-#\"", 1L,
                "threads named \"timer\"", 1L));
    assertThat(timeline.waitingByPlace().values()).containsExactly(1L);
    assertThat(timeline.byPlace(List.of(1L, 2L, 99L)).values()).containsExactly(2L);
  }

  @Test
  void threadsOfWhichItIsNotKnownWhetherTheyLiveDoNotCount() {
    started(1, "", "a.B.c(B.java:5)");
    started(2, "", "a.B.c(B.java:5)");
    timeline.retain(Set.of(1L));
    assertThat(timeline.livingByPlace().values()).containsExactly(1L);
    assertThat(timeline.createdBy(2)).containsExactly("a.B.c(B.java:5)");
    timeline.accept(new ThreadEvent.Ended(2));
    assertThat(timeline.createdBy(2)).isEmpty();
  }
}
