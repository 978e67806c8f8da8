package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import io.stranded.testing.Profiles;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FrozenProfilesTest {
  private static final String LATCH = "0123456789abcdef";
  private static final String OTHER = "fedcba9876543210";

  private static Finding finding(String fingerprint, Confidence confidence, long... threads) {
    Finding latch = Profiles.latchFinding(fingerprint);
    return new Finding(
        fingerprint,
        Verdict.LEAKED,
        Optional.of(confidence),
        latch.cause(),
        latch.summary(),
        latch.blockedOn(),
        LongStream.of(threads)
            .mapToObj(id -> new FoundThread("t" + id, id, false, Optional.empty()))
            .toList(),
        latch.pinnedBytes(),
        latch.stack(),
        latch.createdBy(),
        latch.evidence());
  }

  private static LeakProfile profile(Finding... findings) {
    return new LeakProfile(
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty(),
        ThreadCounts.of(20, 10, List.of(findings)),
        List.of(findings),
        List.of());
  }

  @Test
  void whatAnyLookHasProvedIsProved() {
    Finding one = finding(LATCH, Confidence.PROVEN, 1);
    Finding other = finding(OTHER, Confidence.PROVEN, 2, 3);
    LeakProfile all = FrozenProfiles.union(List.of(profile(one), profile(), profile(other)));
    assertThat(all.findings()).containsExactly(one, other);
    assertThat(all.threads()).isEqualTo(new ThreadCounts(20, 10, 3, 0));
  }

  @Test
  void lookThatHasSeenMostOrIsSurestSaysWhatAKindOfLeakIs() {
    Finding few = finding(LATCH, Confidence.PROVEN, 1);
    Finding more = finding(LATCH, Confidence.PROVEN, 1, 2);
    Finding held = finding(LATCH, Confidence.INTERRUPT_ONLY, 1, 2, 3);
    // Whoever was leaked in one look is not stuck by another one.
    Finding other = held.of(held.threads().subList(2, 3));
    assertThat(FrozenProfiles.union(List.of(profile(held), profile(few), profile(more))).findings())
        .containsExactlyInAnyOrder(more, other);
    assertThat(FrozenProfiles.union(List.of(profile(more), profile(few), profile(held))).findings())
        .containsExactlyInAnyOrder(more, other);
  }
}
