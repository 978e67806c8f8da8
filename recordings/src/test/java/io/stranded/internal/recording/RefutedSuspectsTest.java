package io.stranded.internal.recording;

import static io.stranded.internal.recording.Facts.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.internal.recording.RecordedFact.ThreadLived;
import io.stranded.internal.recording.RecordedFact.ThreadRan;
import io.stranded.internal.recording.RecordedFact.ThreadsCounted;
import io.stranded.internal.recording.RecordedFact.WaitOver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits that the recording itself shows to be healthy, each beside one that is not. */
final class RefutedSuspectsTest {
  private static final String LATCH =
      """
      \tat java.util.concurrent.CountDownLatch.await(java.base@17/CountDownLatch.java:230)
      \tat app.Main.work(Main.java:7)
      """;
  private static final String LOCK =
      """
      \tat java.util.concurrent.locks.LockSupport.park(java.base@17/LockSupport.java:211)
      \t- parking to wait for  <0x01> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)
      \tat java.util.concurrent.locks.ReentrantLock.lock(java.base@17/ReentrantLock.java:322)
      \tat app.Main.work(Main.java:7)
      """;
  private static final String HOOKS =
      """
      \tat java.lang.Object.wait(java.base@17/Native Method)
      \tat java.lang.Thread.join(java.base@17/Thread.java:1313)
      \tat java.lang.ApplicationShutdownHooks.runHooks(java.base@17/ApplicationShutdownHooks.java:107)
      \tat java.lang.Shutdown.runHooks(java.base@17/Shutdown.java:130)
      """;

  @Test
  void jvmThatIsShutDownWaitsForItsHooks() {
    assertThat(suspects(dump(100, thread(1, 100, HOOKS)))).isEmpty();
    assertThat(suspects(dump(100, thread(1, 100, LATCH)))).containsExactly(1L);
    assertThat(suspects(dump(10, thread(1, 100, HOOKS)), dump(200, thread(1, 100, HOOKS))))
        .as("a shutdown that does not end")
        .containsExactly(1L);
  }

  @Test
  void threadThatEndsItsWaitsAgainAndAgainIsInOneMore() {
    RecordedFact dump = dump(100, thread(1, 100, LATCH));
    assertThat(suspects(dump, over(99, 5))).isEmpty();
    assertThat(suspects(dump, over(92, 5))).as("a wait of up to ten seconds is usual").isEmpty();
    assertThat(suspects(dump, over(80, 5))).containsExactly(1L);
    LeakProfile profile = profile(dump, over(99, 5));
    assertThat(profile.notes())
        .anyMatch(note -> note.startsWith("1 thread waits in the last thread dump that had run"));
  }

  /** As Artemis does, whose timer waits for a permit whenever there is nothing to write. */
  @Test
  void threadThatRanAfterTheSameWaitOfAnEarlierDumpIsInOneMore() {
    RecordedFact first = dump(10, thread(1, 100, LATCH));
    RecordedFact last = dump(100, thread(1, 100, LATCH).replace("cpu=1.00", "cpu=2.00"));
    assertThat(suspects(first, last)).isEmpty();
    assertThat(profile(first, last).notes())
        .contains(
            "1 thread waits in the last thread dump as in an earlier one, and had run in between:"
                + " no suspect");
    RecordedFact elsewhere = dump(50, thread(1, 100, LOCK).replace("cpu=1.00", "cpu=1.50"));
    assertThat(suspects(first, elsewhere, last)).as("it ran elsewhere in between").isEmpty();
    assertThat(suspects(elsewhere, last)).as("no such wait before").containsExactly(1L);
    RecordedFact lasting = dump(140, thread(1, 100, LATCH).replace("cpu=1.00", "cpu=2.00"));
    assertThat(suspects(first, last, lasting)).as("this one lasts").containsExactly(1L);
    RecordedFact untold = dump(100, thread(1, 100, LATCH).replace(" cpu=1.00ms", ""));
    assertThat(suspects(first, untold)).as("by a JVM that tells no CPU time").containsExactly(1L);
  }

  /** As clients of an actor system do, each of whose waits is too short to be recorded. */
  @Test
  void threadThatWasSeenToRunAgainAndAgainIsInOneMoreWait() {
    RecordedFact dump = dump(100, thread(1, 100, LATCH));
    assertThat(suspects(sampled(dump, 94, 20))).isEmpty();
    assertThat(suspects(sampled(dump, 101, 1))).as("it ran after the dump").isEmpty();
    assertThat(suspects(sampled(dump, 80, 20))).as("not for long").containsExactly(1L);
    assertThat(suspects(sampled(dump, 99, 1))).as("once, before its wait").containsExactly(1L);
    assertThat(age(sampled(dump(10, thread(1, 500, LATCH)), 5, 20, dump)))
        .as("it ran before the wait")
        .contains(Duration.ofSeconds(90));
    assertThat(age(sampled(dump(10, thread(1, 500, LATCH)), 50, 1, dump)))
        .as("it ran in between")
        .isEmpty();
  }

  /** With samples of the thread, one a second up to that time. */
  private static RecordedFact[] sampled(
      RecordedFact first, long until, int samples, RecordedFact... more) {
    List<RecordedFact> facts = new ArrayList<>(List.of(more));
    facts.add(first);
    for (int i = 0; i < samples; i++) {
      facts.add(new ThreadRan(at(until - i), 1));
    }
    return facts.toArray(RecordedFact[]::new);
  }

  @Test
  void semaphoreSeenWithoutPermitsInOneDumpAloneIsNoSuspicion() {
    String permit =
        LOCK.replace("ReentrantLock$NonfairSync", "Semaphore$NonfairSync")
            .replace("ReentrantLock.lock", "Semaphore.acquire");
    assertThat(suspects(dump(100, thread(1, 100, permit)))).isEmpty();
    assertThat(profile(dump(100, thread(1, 100, permit))).notes())
        .anyMatch(note -> note.contains("as with any busy semaphore: no suspect"));
    assertThat(suspects(dump(50, thread(1, 100, permit)), dump(100, thread(1, 100, permit))))
        .containsExactly(1L);
  }

  /** A recording of the default settings has one dump at its begin, before they were started. */
  @Test
  void waitersForALockThatBecomeMoreAreSuspectsInOneDumpToo() {
    List<RecordedFact> facts = new ArrayList<>();
    StringBuilder dumped = new StringBuilder();
    for (int id = 1; id <= 100; id++) {
      facts.add(Facts.started(id, id, "Feed.open"));
      dumped.append(thread(id, 150 - id, LOCK));
    }
    facts.add(dump(148, dumped.toString()));
    facts.add(Facts.jvm(-600));
    assertThat(suspects(facts.toArray(RecordedFact[]::new))).hasSize(100);
    List<RecordedFact> pool = new ArrayList<>(List.of(Facts.jvm(-600)));
    for (int id = 1; id <= 100; id++) {
      pool.add(Facts.started(id, id % 10, "Feed.open"));
    }
    pool.add(dump(148, dumped.toString().replaceAll("elapsed=\\d+", "elapsed=140")));
    assertThat(suspects(pool.toArray(RecordedFact[]::new)))
        .as("a pool that was filled, at a busy moment")
        .isEmpty();
  }

  @Test
  void lockSeenHeldInOneDumpAloneIsNoSuspicion() {
    assertThat(suspects(dump(100, thread(1, 100, LOCK)))).isEmpty();
    assertThat(suspects(dump(50, thread(1, 100, LOCK)), dump(100, thread(1, 100, LOCK))))
        .containsExactly(1L);
    assertThat(profile(dump(100, thread(1, 100, LOCK))).notes())
        .anyMatch(note -> note.contains("as with any busy lock: no suspect"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.springframework.boot.web.embedded.netty.NettyWebServer$1.run(NettyWebServer.java:236)",
        "org.springframework.boot.web.embedded.tomcat.TomcatWebServer$1.run(TomcatWebServer.java:181)",
        "org.apache.catalina.core.StandardServer.await(StandardServer.java:437)",
        "reactor.netty.DisposableServer.onDispose(DisposableServer.java:90)",
        "org.eclipse.jetty.server.Server.join(Server.java:660)"
      })
  void threadThatKeepsAServerAliveIsNoSuspect(String frame) {
    String latch = LATCH.replace("app.Main.work(Main.java:7)", frame);
    LeakProfile profile = profile(dump(100, thread(1, 100, latch)));
    assertThat(profile.findings()).isEmpty();
    assertThat(profile.notes()).anyMatch(note -> note.contains("kept alive on purpose"));
    assertThat(
            suspects(
                dump(
                    100,
                    thread(
                        1,
                        100,
                        latch
                            .replace(".run(", ".work(")
                            .replace(".await(S", ".stop(S")
                            .replace("Disposable", "Other")
                            .replace(".join(Server", ".stop(Server")))))
        .containsExactly(1L);
  }

  @Test
  void waitIsNoOlderThanItsThreadOrTheLastOneThatEnded() {
    RecordedFact first = dump(10, thread(1, 7, LATCH));
    RecordedFact last = dump(100, thread(1, 7, LATCH));
    assertThat(age(first, last)).contains(Duration.ofSeconds(7));
    assertThat(age(dump(10, thread(1, 500, LATCH)), dump(100, thread(1, 500, LATCH))))
        .contains(Duration.ofSeconds(90));
    assertThat(age(first, last, over(50, 2)))
        .as("another wait than in the first dump, begun at an unknown time")
        .isEmpty();
  }

  @Test
  void groupIsOneWhoeverOfItWasSeenToWait() {
    List<RecordedFact> facts = new ArrayList<>();
    StringBuilder dumped = new StringBuilder();
    for (int id = 1; id <= 720; id++) {
      facts.add(Facts.started(id, id % 90, "Feed.open"));
      dumped.append(thread(id, 100, LATCH));
    }
    facts.add(dump(100, dumped.toString()));
    IntStream.rangeClosed(1001, 1550)
        .forEach(id -> facts.add(Facts.started(id, 101 + id % 40, "Feed.open")));
    facts.add(Facts.started(5000, 120, "Other.open"));
    LeakProfile profile = profile(facts.toArray(RecordedFact[]::new));
    assertThat(profile.findings()).hasSize(1);
    assertThat(profile.findings().get(0).count()).isEqualTo(1270);
    assertThat(profile.findings().get(0).evidence())
        .anyMatch(line -> line.startsWith("550 more were started at the same place"));
    assertThat(profile.notes())
        .anyMatch(note -> note.startsWith("1 thread was started and had not ended"));
  }

  @Test
  void threadsAreCountedWhetherTheyDidAnythingOrNot() {
    RecordedFact one = Facts.started(1, 5, "A.a");
    RecordedFact virtual = Facts.startedVirtual(2, 6);
    assertThat(profile(one).threads().total()).isEqualTo(1);
    RecordedFact[] counted = {one, virtual, new ThreadsCounted(at(7), 53)};
    assertThat(profile(counted).threads().total()).isEqualTo(54);
    assertThat(profile(counted).threads().virtual()).isEqualTo(OptionalLong.of(1));
    assertThat(profile(one, new ThreadLived(at(9), 1), new ThreadLived(at(9), 3)).threads().total())
        .isEqualTo(2);
    RecordedFact dump = dump(100, thread(1, 100, LATCH) + thread(7, 100, LATCH));
    assertThat(profile(one, dump, new ThreadsCounted(at(7), 53)).threads().total())
        .as("counted long before the dump")
        .isEqualTo(2);
  }

  @Test
  void stackOfTheJdkAloneIsNamedByWhatItDoes() {
    assertThat(
            FrameText.place(
                List.of(
                    "java.lang.Object.wait(Object.java)",
                    "sun.Waiter.loop(Waiter.java:3)",
                    "java.lang.Thread.run(Thread.java:840)")))
        .isEqualTo("sun.Waiter.loop(Waiter.java:3)");
  }

  private static RecordedFact over(long when, long seconds) {
    return new WaitOver(at(when), 1, Duration.ofSeconds(seconds));
  }

  private static RecordedFact dump(long when, String threads) {
    return new ThreadDumpTaken(at(when), threads);
  }

  private static String thread(long id, long elapsed, String stack) {
    return "\"t%d\" #%d prio=5 cpu=1.00ms elapsed=%d.00s\n   java.lang.Thread.State: WAITING (parking)\n%s\n"
        .formatted(id, id, elapsed, stack);
  }

  private static Optional<Duration> age(RecordedFact... facts) {
    return profile(facts).findings().get(0).threads().get(0).parkedFor();
  }

  private static List<Long> suspects(RecordedFact... facts) {
    return profile(facts).findings().stream()
        .map(Finding::threads)
        .flatMap(List::stream)
        .map(FoundThread::id)
        .toList();
  }

  private static LeakProfile profile(RecordedFact... facts) {
    return new RecordedJvm(
            Facts.ledger(0, 150, List.of(facts)), List.of(), ReplayOptions.defaults())
        .suspects();
  }
}
