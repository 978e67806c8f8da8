package io.stranded.internal.recording;

import static io.stranded.internal.recording.Facts.dump;
import static io.stranded.internal.recording.Facts.ended;
import static io.stranded.internal.recording.Facts.jvm;
import static io.stranded.internal.recording.Facts.look;
import static io.stranded.internal.recording.Facts.park;
import static io.stranded.internal.recording.Facts.started;
import static io.stranded.internal.recording.Facts.startedVirtual;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadsCounted;
import io.stranded.internal.trend.TrendLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Suspects by their number over an hour, from starts and ends alone and from waits. */
final class GrowthTest {
  private static final int HOUR = 3600;

  @Test
  void threadsThatNeverEndAreSuspectsWhereTheyBecomeMore() {
    List<RecordedFact> facts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      facts.add(started(100 + i, 60L * i, "Feed.open"));
      facts.add(started(1000 + i, 60L * i, "Http.serve"));
      facts.add(ended(1000 + i, 60L * i + 30));
      if (i < 20) {
        facts.add(started(2000 + i, 1, "Pool.fill"));
      }
    }
    Collections.shuffle(facts, new Random(3));
    Finding finding = only(findings(facts));
    assertThat(finding.cause()).isEqualTo(Cause.GROWING);
    assertThat(finding.count()).isEqualTo(60);
    assertThat(finding.createdBy()).containsExactly("app.Feed.open(Main.java:3)");
    assertThat(finding.evidence())
        .contains(
            "number over time: rising by 60.0 an hour; of 60 threads started there in 1 h 0 min,"
                + " none ended");
    assertThat(finding.fingerprint()).isEqualTo(only(findings(facts)).fingerprint());
  }

  /** As Jetty's pool did in a recording of a killed JVM, whose one dump was taken before. */
  @Test
  void fewOfWhichNothingIsKnownButThatTheyBecomeMoreAreNoSuspects() {
    List<RecordedFact> few = new ArrayList<>();
    List<RecordedFact> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add(started(100 + i, 85 + 90L * i, "Pool.serve"));
      if (i % 4 == 3) {
        few.add(started(100 + i, 85 + 90L * i, "Pool.serve"));
      }
    }
    for (List<RecordedFact> facts : List.of(few, many)) {
      facts.add(started(1, 5, "Http.serve"));
      facts.add(ended(1, 9)); // ends are recorded
    }
    assertThat(findings(few)).isEmpty();
    assertThat(only(findings(many)).count()).isEqualTo(40);
  }

  @Test
  void threadsOfWhichItIsKnownThatTheyDoNotWaitAreNoSuspects() {
    List<RecordedFact> facts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      facts.add(started(100 + i, 60L * i, "Feed.open"));
    }
    facts.add(look(HOUR));
    assertThat(findings(facts)).isEmpty();
  }

  @Test
  void virtualThreadsOfWhichOnlyTheJdkTellsCountTogether() {
    List<RecordedFact> facts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      facts.add(startedVirtual(100 + i, 60L * i));
    }
    assertThat(findings(facts)).as("ends are not recorded").isEmpty();
    facts.add(startedVirtual(7, 5));
    facts.add(new ThreadEnded(Facts.at(10), 7, true, false));
    assertThat(only(findings(facts)).count()).isEqualTo(60);
    ThreadLedger ledger = Facts.ledger(0, HOUR, facts);
    TrendReport trends = Trends.of(ledger, Optional.empty(), TrendLimits.DEFAULTS, List.of());
    assertThat(trends.groups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.name()).isEqualTo("virtual threads");
              assertThat(group.trend().shape().rises()).isTrue();
            });
  }

  @Test
  void waitsAreJudgedByWhetherTheyBecomeMore() {
    // Bare parks and the like are how idle threads wait, too.
    List<RecordedFact> rising = new ArrayList<>();
    List<RecordedFact> steady = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rising.add(started(100 + i, 120L * i, "Feed.open"));
      rising.add(park(100 + i, 120L * i + 10, 120L * i + 1));
      steady.add(started(100 + i, 1, "Feed.open"));
      steady.add(park(100 + i, 10, 2));
    }
    assertThat(only(findings(rising)).count()).isEqualTo(30);
    assertThat(findings(steady)).isEmpty();
    assertThat(notes(steady))
        .anyMatch(note -> note.contains("30 threads") && note.contains("level"));
  }

  @Test
  void crowdThatWasStartedAtOnceAndNeverEndedIsNotCalledUsual() {
    List<RecordedFact> crowd = new ArrayList<>();
    List<RecordedFact> few = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      crowd.add(started(100 + i, 10 + i * 2 / 3, "Feed.open"));
      crowd.add(park(100 + i, 60, 11 + i * 2 / 3));
    }
    for (int i = 0; i < 4; i++) {
      few.add(started(100 + i, 10, "Feed.open"));
      few.add(park(100 + i, 60, 11));
    }
    assertThat(notes(crowd))
        .anyMatch(note -> note.contains("60 threads") && note.contains("forgotten ones"))
        .noneMatch(note -> note.contains("as is usual"));
    assertThat(notes(few)).anyMatch(note -> note.contains("as is usual"));
  }

  @Test
  void requestWithoutATimeoutThatGetsNoAnswerIsNamedAndAListenerIsNot() {
    String answer =
        thread("asker", "org.postgresql.core.v3.QueryExecutorImpl.processResults(Q.java:9)");
    String listener = thread("listener", "app.Feed.listen(Feed.java:9)");
    List<RecordedFact> facts =
        List.of(
            new RecordedFact.ThreadDumpTaken(Facts.at(10), answer + listener),
            new RecordedFact.ThreadDumpTaken(Facts.at(HOUR - 1), answer + listener));
    Finding finding = only(findings(facts));
    assertThat(finding.cause()).isEqualTo(Cause.IO_WITHOUT_DEADLINE);
    assertThat(finding.threads()).singleElement().matches(t -> t.name().equals("asker"));
  }

  /** As in a thread dump, in a read from a socket. */
  private static String thread(String name, String caller) {
    return """
    "%s" #%d prio=5 os_prio=0 cpu=1.50ms elapsed=3600.10s tid=0x1 nid=0x2 runnable  [0x3]
       java.lang.Thread.State: RUNNABLE
    	at sun.nio.ch.NioSocketImpl.implRead(java.base@17/NioSocketImpl.java:309)
    	at sun.nio.ch.NioSocketImpl.read(java.base@17/NioSocketImpl.java:346)
    	at %s

    """
        .formatted(name, name.length(), caller);
  }

  @Test
  void waitsOlderThanTheRecordingDoNotBecomeMore() {
    List<RecordedFact> facts = List.of(park(1, 10, -7200), started(9, 1, "Other.start"));
    assertThat(findings(facts)).isEmpty();
    assertThat(notes(facts)).anyMatch(note -> note.contains("older than the recording"));
    assertThat(
            Suspects.among(
                    waits(Facts.ledger(0, 30, facts)),
                    Facts.ledger(0, 30, facts),
                    TrendLimits.DEFAULTS)
                .findings())
        .as("half a minute says nothing")
        .isEmpty();
    assertThat(untold(0, 30, facts)).isEqualTo(1);
    assertThat(untold(0, HOUR, facts)).isZero();
  }

  @Test
  void withoutStartsTheJvmsOwnCountTells() {
    List<RecordedFact> steady = new ArrayList<>(List.of(park(1, 10, 1)));
    List<RecordedFact> rising = new ArrayList<>(List.of(park(1, 10, 1)));
    for (int second = 0; second < HOUR; second += 10) {
      steady.add(new ThreadsCounted(Facts.at(second), 40));
      rising.add(new ThreadsCounted(Facts.at(second), 40 + second / 60));
    }
    assertThat(findings(steady)).isEmpty();
    assertThat(findings(rising)).isEmpty();
    assertThat(notes(rising))
        .anyMatch(note -> note.contains("not judged; no thread starts were recorded"));
    assertThat(untold(0, HOUR, rising)).isEqualTo(1);
  }

  @Test
  void threadsOfTheJvmAndOfTheAgentAreNoPlaces() {
    List<RecordedFact> facts = new ArrayList<>();
    for (String[] thread :
        new String[][] {
          {
            "JFR Periodic Tasks", "jdk.jfr.internal.PlatformRecorder.start(PlatformRecorder.java:3)"
          },
          {"RMI TCP Accept-0", "sun.rmi.transport.tcp.TCPTransport.listen(TCPTransport.java:3)"},
          {"stranded-sampler", "io.stranded.agent.Sampler.start(Sampler.java:3)"},
          {"worker", "app.Main.start(Main.java:3)"}
        }) {
      facts.add(
          new RecordedFact.ThreadStarted(
              Facts.at(1), facts.size() + 1, thread[0], false, List.of(thread[1]), false));
    }
    assertThat(Facts.ledger(0, HOUR, facts).census().groups())
        .extracting(ThreadGroupFlow::name)
        .containsExactly("app.Main.start(Main.java:3)");
  }

  @Test
  void deadlocksAreSuspectsHoweverFew() {
    List<RecordedFact> facts =
        List.of(
            started(1, 1, "A.a"),
            started(2, 1, "A.a"),
            park(1, 10, 2, "monitor", 2),
            park(2, 10, 2, "monitor", 1));
    assertThat(only(findings(facts)).cause()).isEqualTo(Cause.DEADLOCK);
  }

  /** As the threads for events of Hazelcast did, in recordings of a minute. */
  @Test
  void whatAJvmStartsInItsFirstMinutesIsNoGrowth() {
    List<RecordedFact> facts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      facts.add(started(100 + i, 10 + i, "Events.worker"));
      facts.add(park(100 + i, 10 + i, 10 + i));
    }
    assertThat(findings(10, 72, with(facts, jvm(0)))).isEmpty();
    assertThat(untold(10, 72, with(facts, jvm(0)))).isEqualTo(60);
    assertThat(notes(10, 72, with(facts, jvm(0))))
        .singleElement()
        .asString()
        .contains(
            "none of so many has ended", "the recording ends 72 s after the start of the JVM");
    assertThat(findings(10, 72, facts)).as("which may have just been started").isEmpty();
    assertThat(only(findings(10, 72, with(facts, jvm(-600)))).count())
        .as("of a JVM that has long been running")
        .isEqualTo(60);
  }

  @Test
  void whatRoseOnlyWhileTheJvmStartedIsNoGrowth() {
    List<RecordedFact> filled = new ArrayList<>();
    List<RecordedFact> leaked = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      filled.add(started(100 + i, 5L * i, "Events.worker"));
      filled.add(park(100 + i, 5L * i, 5L * i));
      leaked.add(started(100 + i, 9L * i, "Events.worker"));
      leaked.add(park(100 + i, 9L * i, 9L * i));
    }
    assertThat(only(findings(0, 540, with(filled, jvm(-600)))).count()).isEqualTo(60);
    assertThat(findings(0, 540, with(filled, jvm(0)))).isEmpty();
    assertThat(untold(0, 540, with(filled, jvm(0)))).as("it has levelled").isZero();
    assertThat(only(findings(0, 540, with(leaked, jvm(0)))).count()).isEqualTo(60);
  }

  @Test
  void plainThreadDumpsCountAsWaitsToo() {
    List<RecordedFact> facts =
        List.of(
            started(1, 1, "A.a"),
            dump(10, 1, "WAITING", "1.00ms"),
            dump(HOUR, 1, "WAITING", "1.00ms"));
    assertThat(findings(facts)).as("one, since the start").isEmpty();
  }

  private static List<RecordedFact> with(List<RecordedFact> facts, RecordedFact one) {
    List<RecordedFact> all = new ArrayList<>(facts);
    all.add(one);
    return all;
  }

  private static List<Finding> findings(List<RecordedFact> facts) {
    return findings(0, HOUR, facts);
  }

  private static List<Finding> findings(long from, long until, List<RecordedFact> facts) {
    return suspects(from, until, facts).findings();
  }

  private static List<String> notes(List<RecordedFact> facts) {
    return notes(0, HOUR, facts);
  }

  private static List<String> notes(long from, long until, List<RecordedFact> facts) {
    return suspects(from, until, facts).notes();
  }

  private static int untold(long from, long until, List<RecordedFact> facts) {
    return suspects(from, until, facts).idleOrLeaked();
  }

  private static Suspects suspects(long from, long until, List<RecordedFact> facts) {
    ThreadLedger ledger = Facts.ledger(from, until, facts);
    return Suspects.among(waits(ledger), ledger, TrendLimits.DEFAULTS);
  }

  private static OpenWaits waits(ThreadLedger ledger) {
    return new OpenWaits(ledger, Duration.ZERO);
  }

  private static Finding only(List<Finding> findings) {
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }
}
