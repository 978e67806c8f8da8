package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Life.Stage;
import io.stranded.finding.Verdict;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProfileFoldTest {
  private static final LeakProfile SAMPLE = Samples.profile();
  private static final Finding ONE = SAMPLE.findings().get(0);
  private static final Finding OTHER = SAMPLE.findings().get(1);

  private final ProfileFold fold = new ProfileFold();

  private static LeakProfile change(Stage stage, Finding... findings) {
    Life life = new Life(stage, Instant.EPOCH, Instant.EPOCH);
    return new LeakProfile(
        SAMPLE.target(),
        SAMPLE.takenAt(),
        SAMPLE.dump(),
        SAMPLE.threads(),
        List.of(findings).stream().map(f -> f.at(life, f.threads())).toList(),
        List.of());
  }

  @Test
  void wholeIsWhatIsOpen() {
    fold.add(change(Stage.OPENED, ONE));
    assertThat(fold.add(change(Stage.OPENED, OTHER)).findings())
        .extracting(Finding::fingerprint)
        .containsExactlyInAnyOrder(ONE.fingerprint(), OTHER.fingerprint());
    assertThat(fold.add(change(Stage.GROWN, ONE)).findings()).hasSize(2);
    assertThat(fold.add(change(Stage.RESOLVED, ONE)).findings())
        .extracting(Finding::fingerprint)
        .containsExactly(OTHER.fingerprint());
  }

  @Test
  void suspectThatIsProvedIsOneFinding() {
    Finding suspect =
        new Finding(
            ONE.fingerprint(),
            Verdict.SUSPECT,
            Optional.empty(),
            ONE.cause(),
            ONE.summary(),
            ONE.blockedOn(),
            ONE.threads(),
            0,
            ONE.stack(),
            ONE.createdBy(),
            List.of());
    fold.add(change(Stage.OPENED, suspect));
    assertThat(fold.add(change(Stage.CONFIRMED, ONE)).findings())
        .extracting(Finding::verdict)
        .containsExactly(ONE.verdict());
  }

  @Test
  void profileOfOneLookStandsForItself() {
    fold.add(change(Stage.OPENED, ONE));
    assertThat(fold.add(SAMPLE)).isSameAs(SAMPLE);
  }

  @Test
  void lastOfAWatchIsWhatIsOpenAtItsEnd() throws IOException {
    String lines =
        ProfileJson.toLine(change(Stage.OPENED, ONE))
            + "\n"
            + ProfileJson.toLine(change(Stage.OPENED, OTHER));
    assertThat(ProfileJsonReader.last(new StringReader(lines)).findings()).hasSize(2);
  }
}
