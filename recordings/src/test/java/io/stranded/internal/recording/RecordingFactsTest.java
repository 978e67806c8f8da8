package io.stranded.internal.recording;

import static io.stranded.internal.recording.Facts.at;
import static io.stranded.internal.recording.Facts.dump;
import static io.stranded.internal.recording.Facts.ended;
import static io.stranded.internal.recording.Facts.look;
import static io.stranded.internal.recording.Facts.park;
import static io.stranded.internal.recording.Facts.started;
import static io.stranded.internal.recording.Facts.unpark;
import static io.stranded.liveness.ThreadFacts.Steadiness.MOVED;
import static io.stranded.liveness.ThreadFacts.Steadiness.STEADY;
import static io.stranded.liveness.ThreadFacts.Steadiness.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.ThreadCounts;
import io.stranded.internal.recording.RecordedFact.EventsLost;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.liveness.ThreadFacts.Steadiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a recording may say of a wait in a heap dump, which is taken at second 100. */
final class RecordingFactsTest {
  private static final long DUMP = 100;

  @Test
  void waitReportedBeforeAndOpenAfterTheDumpIsTheSame() {
    RecordingFacts facts = facts(park(1, 20, 10), look(102));
    assertThat(facts.steadiness(1)).isEqualTo(STEADY);
    assertThat(facts.waitingFor(1)).contains(Duration.ofSeconds(90));
    assertThat(facts.steadiness(2)).as("a thread nobody told of").isEqualTo(UNKNOWN);
    assertThat(of(park(1, 110, 10), look(110))).as("reported late").isEqualTo(STEADY);
  }

  @Test
  void recordingThatEndsBeforeTheDumpOrWithItSaysNothingOfTheWait() {
    assertThat(of(park(1, 20, 10))).isEqualTo(UNKNOWN);
    assertThat(of(park(1, 20, 10), look(99))).isEqualTo(UNKNOWN);
    assertThat(of(park(1, 20, 10), look(101))).as("released, not seen to").isEqualTo(UNKNOWN);
    assertThat(of(dump(20, 1, "WAITING", "1.00ms"), dump(90, 1, "WAITING", "1.00ms")))
        .isEqualTo(UNKNOWN);
  }

  @Test
  void threadThatRanAfterTheDumpWasLive() {
    assertThat(of(park(1, 20, 10), unpark(1, 105, 10), look(110))).isEqualTo(MOVED);
    assertThat(of(park(1, 115, 104), look(120))).as("waits anew").isEqualTo(MOVED);
    assertThat(of(park(1, 20, 10), ended(1, 130), look(140))).isEqualTo(MOVED);
    assertThat(of(dump(20, 1, "WAITING", "1.00ms"), dump(110, 1, "RUNNABLE", "9.00ms")))
        .isEqualTo(MOVED);
  }

  @Test
  void waitThatEndedBeforeTheDumpIsNotThatOfTheDump() {
    assertThat(of(park(1, 20, 10), unpark(1, 60, 10), look(110))).isEqualTo(UNKNOWN);
  }

  @Test
  void threadDumpsOnBothSidesShowTheSameWaitIfTheThreadDidNotRun() {
    assertThat(of(dump(90, 1, "WAITING", "1.00ms"), dump(110, 1, "WAITING", "1.00ms")))
        .isEqualTo(STEADY);
    assertThat(of(dump(90, 1, "WAITING", "1.00ms"), dump(110, 1, "WAITING", "1.50ms")))
        .as("it ran in between")
        .isEqualTo(UNKNOWN);
    assertThat(of(dump(110, 1, "WAITING", "1.00ms"), dump(120, 1, "WAITING", "1.00ms")))
        .as("both after the dump")
        .isEqualTo(UNKNOWN);
  }

  @Test
  void lostEventsMayBeTheEndOfAWait() {
    assertThat(of(park(1, 20, 10), look(110), new EventsLost(at(50), 8))).isEqualTo(UNKNOWN);
  }

  @Test
  void monitorBelongsToAnOwnerThatHasNotRunSince() {
    RecordedFact waiter = park(1, 40, 30, "monitor", 2);
    assertThat(facts(waiter, park(2, 40, 20), look(110)).monitorOwner(1)).hasValue(2);
    assertThat(facts(waiter, park(2, 60, 50), look(110)).monitorOwner(1))
        .as("the owner ran after it was seen to be the owner")
        .isEmpty();
    assertThat(facts(waiter, look(110)).monitorOwner(1)).as("the owner runs").isEmpty();
    assertThat(facts(waiter, park(2, 40, 20)).monitorOwner(1)).isEmpty();
  }

  @Test
  void monitorThatIsEnteredIsNamed() {
    assertThat(facts(park(1, 40, 30, "monitor", 2), look(110)).monitorType(1)).hasValue("app.Sync");
    assertThat(facts(park(1, 40, 30), look(110)).monitorType(1)).as("it enters none").isEmpty();
    assertThat(facts(park(1, 40, 30, "monitor", 2)).monitorType(1)).as("it may be over").isEmpty();
  }

  @Test
  void creatorIsToldWhateverIsKnownOfTheWait() {
    assertThat(facts(started(1, 5, "Orders.open")).createdBy(1))
        .containsExactly("app.Orders.open(Main.java:3)");
  }

  @Test
  void dumpOfAnotherJvmIsRefused() {
    RecordingFacts facts = facts(started(1, 5, "A.a"), started(2, 5, "A.a"), started(3, 5, "A.a"));
    facts.about(at(DUMP), Map.of(1L, "t1", 2L, "renamed", 3L, "t3", 4L, "other"));
    assertThat(facts.dumpedAt()).isEqualTo(at(DUMP));
    assertThatCode(() -> facts.requireSameJvm(Path.of("h.hprof"))).doesNotThrowAnyException();
    facts.about(at(DUMP), Map.of(1L, "main", 2L, "Finalizer", 3L, "t3"));
    assertThatThrownBy(() -> facts.requireSameJvm(Path.of("h.hprof")))
        .isInstanceOf(UnreadableRecordingException.class)
        .hasMessage(
            "h.hprof: is not of the JVM that was recorded: of the threads with ids that both have, 1 have one name and 2 have two");
  }

  @Test
  void whatDumpAndRecordingsDoNotTellStaysUnknown() {
    ThreadLedger ledger = Facts.ledger(0, 50, List.of());
    RecordingFacts facts = new RecordingFacts(ledger);
    facts.about(at(DUMP), Map.of());
    LeakProfile dumped =
        new LeakProfile(
                Optional.empty(),
                at(DUMP),
                Optional.empty(),
                ThreadCounts.of(2, 2, List.of()),
                List.of(),
                List.of("a note"))
            .withUnknowns(List.of("the dump has no stacks"));
    LeakProfile joined =
        new DumpJoin(ledger, facts, TrendLimits.DEFAULTS).complete(dumped, List.of("of an input"));
    assertThat(joined.unknowns()).containsExactly("the dump has no stacks");
    assertThat(joined.notes()).startsWith("a note", "of an input");
  }

  private static Steadiness of(RecordedFact... facts) {
    return facts(facts).steadiness(1);
  }

  private static RecordingFacts facts(RecordedFact... all) {
    RecordingFacts facts = new RecordingFacts(Facts.ledger(0, 50, List.of(all)));
    facts.about(at(DUMP), Map.of());
    return facts;
  }
}
