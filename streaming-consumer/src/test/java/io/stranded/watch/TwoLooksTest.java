package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.SyncObject;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TwoLooksTest {
  private static final long THREAD = 7;

  private final TwoLooks looks = new TwoLooks();

  private Set<Long> look(Verdict verdict, Confidence confidence, long wait, boolean still) {
    return look(verdict, confidence, wait, RootPrecision.EXACT, still);
  }

  private Set<Long> look(
      Verdict verdict, Confidence confidence, long wait, RootPrecision roots, boolean still) {
    Finding finding =
        new Finding(
            "0123456789abcdef",
            verdict,
            Optional.of(confidence),
            Cause.LATCH_NEVER_COUNTED_DOWN,
            "a thread waits",
            new SyncObject("java.util.concurrent.CountDownLatch", "parked", Map.of()),
            List.of(new FoundThread("t", THREAD, false, Optional.empty())),
            100,
            List.of(),
            List.of(),
            List.of());
    LeakProfile profile =
        new LeakProfile(
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            new ThreadCounts(1, 1, 1, 0),
            List.of(finding),
            List.of());
    return looks.add(
        profile,
        id -> OptionalLong.of(wait),
        new HeapDumper.Taken(Instant.EPOCH, Instant.EPOCH, roots, still, false),
        Map.of());
  }

  private Set<Long> proven(long wait) {
    return look(Verdict.LEAKED, Confidence.PROVEN, wait, /* still= */ false);
  }

  @Test
  void threadThatIsNamedWhileOthersRanIsProvedByTheSecondLook() {
    assertThat(proven(1)).containsExactly(THREAD);
    assertThat(proven(1)).isEmpty();
  }

  @Test
  void threadThatWasInAnotherWaitThenIsNotProved() {
    assertThat(proven(1)).containsExactly(THREAD);
    assertThat(proven(2)).containsExactly(THREAD);
  }

  @Test
  void oneLookProvesWhereNobodyRan() {
    assertThat(look(Verdict.LEAKED, Confidence.PROVEN, 1, /* still= */ true)).isEmpty();
  }

  @Test
  void proofIsAsSureAsBothLooks() {
    look(Verdict.LEAKED, Confidence.INTERRUPT_ONLY, 1, /* still= */ false);
    assertThat(proven(1)).containsExactly(THREAD);
    assertThat(look(Verdict.LEAKED, Confidence.INTERRUPT_ONLY, 1, /* still= */ false)).isEmpty();
  }

  @Test
  void lookThatLeavesADoubtTakesNothingBack() {
    assertThat(proven(1)).containsExactly(THREAD);
    assertThat(look(Verdict.INCONCLUSIVE, Confidence.PROVEN, 1, /* still= */ false)).isEmpty();
    assertThat(proven(1)).isEmpty();
  }

  @Test
  void lookThatDoesNotNameItTakesItBack() {
    proven(1);
    looks.add(
        new LeakProfile(
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            new ThreadCounts(1, 1, 0, 0),
            List.of(),
            List.of()),
        id -> OptionalLong.of(1),
        new HeapDumper.Taken(Instant.EPOCH, Instant.EPOCH, RootPrecision.EXACT, false, false),
        Map.of());
    assertThat(proven(1)).containsExactly(THREAD);
  }

  @Test
  void rootsAsDumpedSaySoAndAreNoFirstLook() {
    assertThat(look(Verdict.LEAKED, Confidence.PROVEN, 1, RootPrecision.AS_DUMPED, false))
        .isEmpty();
    assertThat(proven(1)).containsExactly(THREAD);
  }

  @Test
  void secondLookIsFollowedByNoThird() {
    looks.left(Set.of(THREAD));
    assertThat(looks.isSecondDue()).isTrue();
    looks.left(Set.of(8L));
    assertThat(looks.isSecondDue()).isFalse();
  }
}
