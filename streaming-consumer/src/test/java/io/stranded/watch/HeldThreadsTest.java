package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who has the Thread of a suspect is asked once, and told with the finding. */
class HeldThreadsTest {
  private static final Instant FIRST = Instant.parse("2026-11-29T12:00:00Z");

  private final Holders holders = new Holders();
  private final HeldThreads held = new HeldThreads(holders, Duration.ofSeconds(10));

  @Test
  void findingWaitsForItsHolderAndTellsIt() {
    assertThat(told(asleep(false, 7, 8))).isEmpty();
    assertThat(holders.isAsked()).isTrue();
    assertThat(holders.wanted(List.of())).containsExactly(7L);
    holders.told(List.of(), Set.of(7L), Map.of(7L, "class shop.Refresh.thread"));
    assertThat(holders.isAsked()).isFalse();
    assertThat(holders.wanted(List.of())).isEmpty();
    for (Finding finding : told(asleep(false, 7, 8))) {
      assertThat(finding.evidence())
          .containsExactly(
              "asleep", "the Thread of the first is held by class shop.Refresh.thread");
    }
    assertThat(told(asleep(false, 7, 8))).hasSize(1);
    assertThat(held.takeLearned()).as("told with it at once").isEmpty();
  }

  @Test
  void whomNobodyHoldsIsToldAtOnceAndNotAskedAboutAgain() {
    told(asleep(false, 7));
    holders.told(List.of(), Set.of(7L), Map.of());
    assertThat(told(asleep(false, 7)).get(0).evidence()).containsExactly("asleep");
    assertThat(holders.isAsked()).isFalse();
  }

  @Test
  void findingIsToldWithoutItsHolderWhereNoSnapshotComes() {
    assertThat(told(asleep(false, 7))).isEmpty();
    List<Finding> later = List.of(asleep(false, 7));
    assertThat(held.told(later, Set.of(), FIRST.plusSeconds(9))).isEmpty();
    assertThat(held.told(later, Set.of(), FIRST.plusSeconds(10))).hasSize(1);
    assertThat(held.takeLearned()).isEmpty();
    holders.told(List.of(), Set.of(7L), Map.of(7L, "class shop.Refresh.thread"));
    held.told(later, Set.of(), FIRST.plusSeconds(20));
    assertThat(held.takeLearned()).as("by now it is known").containsExactly("0123456789abcdef");
    held.told(later, Set.of(), FIRST.plusSeconds(30));
    assertThat(held.takeLearned()).isEmpty();
  }

  @Test
  void threadsThatWaitAndVirtualOnesAreNotAskedAbout() {
    assertThat(held.told(List.of(asleep(false, 7)), Set.of(7L), FIRST)).hasSize(1);
    assertThat(told(asleep(true, 9))).hasSize(1);
    assertThat(holders.isAsked()).isFalse();
  }

  private List<Finding> told(Finding finding) {
    return held.told(List.of(finding), Set.of(), FIRST);
  }

  private static Finding asleep(boolean virtual, long... ids) {
    return new Finding(
        "0123456789abcdef",
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.SLEEPS_FOR_EVER,
        "threads sleep",
        new SyncObject("", "timed", Map.of()),
        LongStream.of(ids)
            .mapToObj(id -> new FoundThread("t" + id, id, virtual, Optional.empty()))
            .toList(),
        0,
        List.of(),
        List.of(),
        List.of("asleep"));
  }
}
