package io.stranded.internal.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.ThreadCounts;
import io.stranded.testing.Profiles;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Looks that find one thing after the other. */
class LooksTest {
  private static final int MOST = 3;
  private static final long ONE = 42;
  private static final long OTHER = 43;

  private int betweens;

  @Test
  void threadThatLooksAliveOnceIsProvedAllTheSame() {
    Proof proof = looks(Set.of(ONE), frozen(), frozen(stranded(ONE)), frozen());
    assertThat(proof.isStranded(ONE)).isTrue();
    assertThat(betweens).as("not one look more than needed").isOne();
  }

  @Test
  void threadThatIsHeldOnceIsProvedAllTheSame() {
    Proof proof = looks(Set.of(ONE), frozen(held(ONE)), frozen(stranded(ONE)), frozen());
    assertThat(proof.isStranded(ONE)).isTrue();
    assertThat(betweens).isOne();
  }

  @Test
  void threadThatIsAliveIsLookedAtNoMoreThanThat() {
    Proof proof = looks(Set.of(ONE), frozen(), frozen(), frozen());
    assertThat(proof.isThere()).isTrue();
    assertThat(proof.of(ONE)).isEmpty();
    assertThat(betweens).isEqualTo(MOST - 1);
  }

  @Test
  void whatOneLookHasProvedStaysProved() {
    Proof proof =
        looks(Set.of(ONE, OTHER), frozen(stranded(ONE)), frozen(held(ONE), stranded(OTHER)));
    assertThat(proof.isStranded(ONE)).isTrue();
    assertThat(proof.isStranded(OTHER)).isTrue();
    assertThat(betweens).isOne();
  }

  @Test
  void lookThatFailsTakesNothingBack() {
    Proof failed = new Proof(List.of(), "there is no proof", Duration.ZERO);
    Proof proof = looks(Set.of(ONE), frozen(held(ONE)), failed, failed);
    assertThat(proof.isHeld(ONE)).isTrue();
    assertThat(proof.how()).isEqualTo("by hand");
  }

  @Test
  void heapDumpInWhichAThreadIsAliveIsTheOnlyOne() {
    assertThat(looks(Set.of(ONE), made(RootPrecision.AS_DUMPED)).of(ONE)).isEmpty();
    assertThat(looks(Set.of(), frozen()).isThere()).as("nobody waits").isTrue();
  }

  private Proof looks(Set<Long> threads, Proof... found) {
    Deque<Proof> next = new ArrayDeque<>(Arrays.asList(found));
    return new Looks(next::remove, () -> betweens++).at(threads, MOST);
  }

  private static Proof frozen(Finding... findings) {
    return made(RootPrecision.FROZEN, findings);
  }

  private static Proof made(RootPrecision roots, Finding... findings) {
    LeakProfile profile =
        new LeakProfile(
            Optional.empty(),
            Instant.EPOCH,
            Optional.of(new DumpInfo(/* complete= */ true, roots, 1_000, 1_000)),
            ThreadCounts.of(30, 12, List.of(findings)),
            List.of(findings),
            List.of());
    return new Proof(List.of(profile), "by hand", Duration.ofMillis(1));
  }

  private static Finding stranded(long id) {
    return Profiles.latchFinding("0123456789abcdef")
        .of(List.of(new FoundThread("waiter", id, false, Optional.empty())));
  }

  private static Finding held(long id) {
    return Profiles.stuck(stranded(id), List.of("live code still holds the Thread"));
  }
}
