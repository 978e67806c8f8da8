package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Life.Stage;
import io.stranded.finding.Target;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sink has refused comes back; each sink on its own, and across restarts. */
class SinkFanTest {
  private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
  private static final Finding LATCH = Profiles.latchFinding("0123456789abcdef");

  private final Target target = Profiles.profile("host-1/4711/1", List.of()).target().orElseThrow();
  private final Full full = new Full();
  private final Open open = new Open();
  private final List<String> told = new ArrayList<>();
  private final SinkFan fan = new SinkFan(List.of(open, full), told::add);

  /** Notes what it is told. */
  private static class Open implements FindingSink {
    final List<String> heard = new ArrayList<>();
    boolean startsEmpty;

    @Override
    public void accept(LeakProfile profile) throws IOException {
      for (Finding finding : profile.findings()) {
        heard.add(finding.life().map(life -> life.stage().name()).orElse("-") + finding.count());
      }
    }

    @Override
    public void gone(Target target) throws IOException {
      heard.add("gone");
    }

    @Override
    public void bygonesReported() {
      heard.add("bygones reported");
    }

    @Override
    public boolean startsEmpty() {
      return startsEmpty;
    }

    @Override
    public void close() {
      heard.add("closed");
    }
  }

  /** Refuses while it has no room. */
  private static final class Full extends Open {
    boolean room;

    @Override
    public void accept(LeakProfile profile) throws IOException {
      check();
      super.accept(profile);
    }

    @Override
    public void gone(Target target) throws IOException {
      check();
      super.gone(target);
    }

    private void check() throws IOException {
      if (!room) {
        throw new IOException("no room");
      }
    }
  }

  private static LeakProfile report(Stage stage) {
    Finding finding =
        LATCH.at(new Life(stage, NOW, NOW), stage == Stage.RESOLVED ? List.of() : LATCH.threads());
    return Profiles.profile("host-1/4711/1", List.of(finding));
  }

  @Test
  void findingThatWasRefusedIsSentAsOpenedOnceThereIsRoom() {
    fan.accept(report(Stage.OPENED));
    fan.accept(report(Stage.CONFIRMED));
    assertThat(fan.retry()).isFalse();
    assertThat(fan.hasFailed()).isTrue();
    assertThat(told)
        .containsExactly("findings not delivered: no room", "findings not delivered: no room");
    full.room = true;
    assertThat(fan.retry()).isTrue();
    assertThat(full.heard).containsExactly("OPENED1");
    assertThat(open.heard).containsExactly("OPENED1", "CONFIRMED1");
    assertThat(fan.hasFailed()).isFalse();
    assertThat(fan.retry()).isFalse();
    fan.accept(report(Stage.RESOLVED));
    assertThat(full.heard).containsExactly("OPENED1", "RESOLVED0");
  }

  @Test
  void sinkHearsNothingOfAFindingThatCameAndWentWhileItWasFull() {
    fan.accept(report(Stage.OPENED));
    fan.accept(report(Stage.RESOLVED));
    full.room = true;
    assertThat(fan.retry()).isFalse();
    assertThat(full.heard).isEmpty();
  }

  @Test
  void endOfAFindingThatTheSinkKnowsIsSentWhenThereIsRoom() {
    full.room = true;
    fan.accept(report(Stage.OPENED));
    full.room = false;
    fan.accept(report(Stage.CONFIRMED));
    fan.accept(report(Stage.RESOLVED));
    fan.gone(target);
    full.room = true;
    fan.close();
    assertThat(full.heard).containsExactly("OPENED1", "RESOLVED0", "gone", "closed");
    assertThat(open.heard).containsExactly("OPENED1", "CONFIRMED1", "RESOLVED0", "gone", "closed");
    assertThat(fan.hasFailed()).isFalse();
  }

  @Test
  void whatIsOwedIsSentByTheNextRun(@TempDir Path directory) throws Exception {
    StateDirectory states = new StateDirectory(directory.resolve("states"), told::add);
    TargetReports reports = reports(fan, states);
    reports.send(report(Stage.OPENED));
    Full later = new Full();
    SinkFan again = new SinkFan(List.of(new Open(), later), told::add);
    TargetReports restarted = reports(again, states);
    assertThat(restarted.restore()).isZero();
    later.room = true;
    again.retry();
    assertThat(later.heard).containsExactly("OPENED1");
    restarted.save();
    assertThat(states.load(target).orElseThrow().owed()).isEmpty();
  }

  @Test
  void endThatASinkHasNotTakenIsKeptForTheNextRun(@TempDir Path directory) throws Exception {
    StateDirectory states = new StateDirectory(directory.resolve("states"), told::add);
    full.room = true;
    TargetReports reports = reports(fan, states);
    reports.send(report(Stage.OPENED));
    full.room = false;
    reports.send(report(Stage.CONFIRMED));
    reports.ended();
    assertThat(states.load(target)).isPresent();
    full.room = true;
    fan.retry();
    reports.ended();
    assertThat(states.load(target)).isEmpty();
  }

  @Test
  void outputThatIsEmptyIsFilledWithWhatIsOpen(@TempDir Path directory) throws Exception {
    StateDirectory states = new StateDirectory(directory.resolve("states"), told::add);
    TargetMemory memory = TargetMemory.fresh(target, Duration.ofHours(6));
    memory.lives().found(List.of(LATCH), Set.of(), NOW);
    reports(memory, fan, states).save();
    Open empty = new Open();
    empty.startsEmpty = true;
    Open written = new Open();
    assertThat(reports(new SinkFan(List.of(empty, written), told::add), states).restore())
        .isEqualTo(1);
    assertThat(empty.heard).containsExactly("OPENED1");
    assertThat(written.heard).isEmpty();
  }

  @Test
  void endOfAJvmThatNobodyWatchedIsResolvedThenGoneOnceAndThenTheSinkMayCloseTheRest(
      @TempDir Path directory) throws Exception {
    Process over = new ProcessBuilder("true").start();
    over.waitFor();
    String here = InetAddress.getLocalHost().getHostName();
    Target ended = new Target("orders", "here/1/1", here, over.pid(), "17");
    StateDirectory states = new StateDirectory(directory.resolve("states"), told::add);
    TargetMemory memory = TargetMemory.fresh(ended, Duration.ofHours(6));
    memory.lives().found(List.of(LATCH), Set.of(), NOW);
    reports(memory, fan, states).save();
    full.room = true;
    new Bygones(states, new Outlet(fan, profile -> profile), told::add).report();
    assertThat(full.heard).containsExactly("RESOLVED0", "gone", "bygones reported");
    assertThat(states.load(ended)).isEmpty();
  }

  @Test
  void findingsOfOneLookThatWereRefusedAreAFailure() {
    fan.accept(Profiles.profile("host-1/4711/1", List.of(LATCH)));
    assertThat(fan.hasFailed()).isTrue();
    full.room = true;
    assertThat(fan.retry()).isFalse();
    assertThat(fan.hasFailed()).isTrue();
  }

  private TargetReports reports(SinkFan sinks, StateDirectory states) {
    return reports(TargetMemory.fresh(target, Duration.ofHours(6)), sinks, states);
  }

  private static TargetReports reports(TargetMemory memory, SinkFan sinks, StateDirectory states) {
    return new TargetReports(memory, new Outlet(sinks, profile -> profile), Optional.of(states));
  }

  @Test
  void stateWithoutDebtsOfAnEarlierVersionIsRead() {
    TargetState state =
        new TargetState(target, NOW, 1, NOW, Map.of(), Map.of(), Optional.empty(), Map.of());
    assertThat(TargetState.parse(state.toJson().replace(",\"owed\":{}", ""))).isEqualTo(state);
  }
}
