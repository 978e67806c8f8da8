package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.recording.RecordedFact.ParkEnded;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadStarted;
import io.stranded.internal.recording.RecordedFact.WaitOver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OpenWaitsTest {
  private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");
  private static final String STACK =
      "jdk.internal.misc.Unsafe.park(Unsafe.java)\napp.Main.work(Main.java:7)\n"
          + "java.lang.Thread.run(Thread.java:840)";

  @Test
  void reportedWaitIsOpenUntilItsEndIsReported() {
    assertThat(suspects(park(1, 10, 0))).containsExactly(1L);
    assertThat(suspects(park(1, 10, 0), unpark(1, 20, 0))).isEmpty();
    assertThat(suspects(park(1, 10, 0), unpark(1, 20, 0), park(1, 30, 21))).containsExactly(1L);
    assertThat(suspects(park(1, 10, 0), new ThreadEnded(at(20), 1, false, true))).isEmpty();
  }

  @Test
  void factsMayComeInAnyOrderAndTwice() {
    List<RecordedFact> facts =
        new ArrayList<>(
            List.of(
                started(1),
                park(1, 10, 0),
                unpark(1, 20, 0),
                park(1, 30, 21),
                started(2),
                park(2, 10, 0),
                park(2, 40, 0),
                unpark(2, 50, 0),
                started(3),
                park(3, 10, 0),
                new ThreadEnded(at(20), 3, false, false),
                started(4),
                dump(40, 4, "WAITING", "1.00ms"),
                dump(45, 4, "WAITING", "2.00ms"),
                dump(50, 4, "WAITING", "2.00ms")));
    facts.addAll(List.copyOf(facts));
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      Collections.shuffle(facts, random);
      OpenWaits waits = waits(Duration.ZERO, facts);
      assertThat(waits.suspects()).extracting(Wait::id).containsExactly(4L);
      // 1 is not in the last dump: its end was not recorded. 4 was awake between the first two.
      assertThat(waits.suspects().get(0).since()).isEqualTo(at(45));
    }
  }

  @Test
  void laterDumpOutdatesReport() {
    RecordedFact park = park(1, 10, 0);
    assertThat(suspects(park, dump(20, 1, "WAITING", "1.00ms"))).containsExactly(1L);
    assertThat(suspects(park, dump(20, 1, "RUNNABLE", "1.00ms"))).isEmpty();
    assertThat(suspects(park, dump(20, 2, "RUNNABLE", "1.00ms"))).isEmpty();
    assertThat(suspects(park, dump(5, 1, "RUNNABLE", "1.00ms"))).containsExactly(1L);
  }

  @Test
  void dumpedWaitThatEndedLaterIsNone() {
    RecordedFact dump = dump(20, 1, "WAITING", "1.00ms");
    assertThat(suspects(dump)).containsExactly(1L);
    assertThat(suspects(dump, new WaitOver(at(10), 1, Duration.ZERO))).containsExactly(1L);
    assertThat(suspects(dump, new WaitOver(at(21), 1, Duration.ZERO))).isEmpty();
    assertThat(suspects(dump, new ThreadEnded(at(21), 1, false, false))).isEmpty();
  }

  @Test
  void blockedOnceIsNoSuspicionBlockedForLongIs() {
    assertThat(suspects(dump(20, 1, "BLOCKED", "1.00ms"))).isEmpty();
    assertThat(suspects(dump(20, 1, "BLOCKED", "1.00ms"), dump(40, 1, "BLOCKED", "1.00ms")))
        .containsExactly(1L);
    assertThat(suspects(dump(20, 1, "BLOCKED", "1.00ms"), dump(40, 1, "BLOCKED", "1.01ms")))
        .isEmpty();
  }

  @Test
  void ageIsThatAtTheEndOfTheRecordingAndYoungWaitsAreLeftOut() {
    List<RecordedFact> facts = List.of(park(1, 10, 4), started(2));
    ThreadLedger ledger = ledger(facts);
    ledger.until(at(64));
    assertThat(new OpenWaits(ledger, Duration.ofSeconds(60)).suspects())
        .extracting(Wait::age)
        .containsExactly(Optional.of(Duration.ofSeconds(60)));
    OpenWaits none = new OpenWaits(ledger, Duration.ofSeconds(61));
    assertThat(none.suspects()).isEmpty();
    assertThat(none.tooYoung()).isEqualTo(1);
  }

  @Test
  void timedAndDesignedWaitsAreNoSuspects() {
    assertThat(suspects(parkAt(1, true, STACK))).isEmpty();
    assertThat(suspects(parkAt(1, false, STACK))).containsExactly(1L);
    for (String frame :
        List.of(
            "java.lang.ref.ReferenceQueue.remove(ReferenceQueue.java:155)",
            "java.util.concurrent.ForkJoinPool.awaitWork(ForkJoinPool.java:1724)",
            "jdk.internal.misc.InnocuousThread.run(InnocuousThread.java:162)",
            "jdk.jfr.internal.PlatformRecorder.takeNap(PlatformRecorder.java:540)",
            "app.Main.main(Main.java:3)")) {
      assertThat(suspects(parkAt(1, false, "java.lang.Object.wait(Object.java)\n" + frame)))
          .as(frame)
          .isEmpty();
    }
    OpenWaits main = waits(Duration.ZERO, List.of(parkAt(1, false, "app.Main.main(Main.java:3)")));
    assertThat(main.keptAlive()).hasSize(1);
  }

  private static Instant at(long second) {
    return T0.plusSeconds(second);
  }

  private static RecordedFact started(long id) {
    return new ThreadStarted(at(0), id, "t" + id, false, List.of(), false);
  }

  private static RecordedFact park(long id, long reported, long since) {
    return new ParkReported(
        at(reported), id, "t" + id, false, "park", "app.Sync", 7, 0, false, at(since), STACK);
  }

  private static RecordedFact parkAt(long id, boolean timed, String stack) {
    return new ParkReported(at(10), id, "t", false, "park", "app.Sync", 7, 0, timed, at(0), stack);
  }

  private static RecordedFact unpark(long id, long when, long since) {
    return new ParkEnded(at(when), id, at(since));
  }

  private static RecordedFact dump(long when, long id, String state, String cpu) {
    return new ThreadDumpTaken(
        at(when),
        "\"t%d\" #%d prio=5 cpu=%s elapsed=900.00s\n   java.lang.Thread.State: %s (parking)\n"
                .formatted(id, id, cpu, state)
            + "\tat app.Main.work(Main.java:7)\n");
  }

  private static List<Long> suspects(RecordedFact... facts) {
    return waits(Duration.ZERO, List.of(facts)).suspects().stream().map(Wait::id).toList();
  }

  private static OpenWaits waits(Duration minAge, List<RecordedFact> facts) {
    return new OpenWaits(ledger(facts), minAge);
  }

  private static ThreadLedger ledger(List<RecordedFact> facts) {
    ThreadLedger ledger = new ThreadLedger();
    facts.forEach(ledger::accept);
    ledger.finish();
    return ledger;
  }
}
