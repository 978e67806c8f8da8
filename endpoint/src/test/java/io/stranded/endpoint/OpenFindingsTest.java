package io.stranded.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.testing.Profiles;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenFindingsTest {
  @Test
  void threadsHaveWaitedSinceTheyWereReported() {
    Instant reported = Instant.now().minus(Duration.ofHours(1));
    FoundThread thread = new FoundThread("t", 1, false, Optional.of(Duration.ofSeconds(10)));
    Finding opened =
        Profiles.latchFinding("0123456789abcdef")
            .at(new Life(Life.Stage.OPENED, reported, reported), List.of(thread));
    OpenFindings findings = new OpenFindings();
    Instant before = Instant.now();
    findings.accept(Profiles.profile("jvm-1", List.of(opened)));
    LeakProfile shown = findings.profiles().get(0);
    assertThat(shown.takenAt()).isBetween(before, Instant.now());
    assertThat(shown.findings().get(0).threads().get(0).parkedFor())
        .hasValue(Duration.between(reported, shown.takenAt()).plusSeconds(10));
  }
}
