package io.stranded.agent;

import static io.stranded.agent.EventLog.about;
import static io.stranded.agent.EventLog.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent from the start of a JVM: what its events tell. */
@Execution(ExecutionMode.CONCURRENT)
class AgentIT {
  private static final String SOON = "threshold=200ms,period=50ms";

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void parkIsInTheRecordingOnceWhileTheThreadIsStillParked(Jdk jdk, @TempDir Path directory) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      log.await(about("ThreadPark", "parked"));
      log.awaitLooks();

      List<RecordedEvent> parks =
          target.dump("first", directory).stream().filter(about("ThreadPark", "parked")).toList();

      assertThat(parks).hasSize(1);
      RecordedEvent park = parks.get(0);
      assertThat(park.getBoolean("virtual")).isFalse();
      assertThat(park.getString("kind")).isEqualTo("park");
      assertThat(park.getString("blockerClass"))
          .isEqualTo("java.util.concurrent.CountDownLatch$Sync");
      assertThat(park.getInt("blockerIdentity")).isNotZero();
      assertThat(park.getLong("ownerId")).isZero();
      assertThat(park.getBoolean("timed")).isFalse();
      assertThat(park.getInstant("parkedSince")).isBefore(park.getStartTime());
      assertThat(park.getString("threadStack").lines())
          .first()
          .asString()
          .startsWith("jdk.internal.misc.Unsafe.park(");
      assertThat(park.getString("threadStack"))
          .containsPattern(
              "\nio.stranded.agent.WaitingProgram.awaitLatch\\(WaitingProgram.java:\\d");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyKindOfWaitIsTold(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      assertThat(log.await(about("ThreadPark", "parked-timed")).getBoolean("timed")).isTrue();

      RecordedEvent locking = log.await(about("ThreadPark", "locking"));
      assertThat(locking.getString("kind")).isEqualTo("park");
      assertThat(locking.getString("blockerClass")).contains("ReentrantLock$");
      assertThat(locking.getLong("ownerId")).isEqualTo(mainThread(log));

      RecordedEvent waiting = log.await(about("ThreadPark", "waiting"));
      assertThat(waiting.getString("kind")).isEqualTo("wait");
      assertThat(waiting.getString("blockerClass")).isEqualTo("java.lang.Object");
      assertThat(waiting.getInt("blockerIdentity")).isNotZero();
      assertThat(waiting.getBoolean("timed")).isFalse();

      RecordedEvent entering = log.await(about("ThreadPark", "entering"));
      assertThat(entering.getString("kind")).isEqualTo("monitor");
      assertThat(entering.getString("blockerClass")).isEqualTo("java.lang.Object");
      assertThat(entering.getLong("ownerId")).isEqualTo(mainThread(log));
      assertThat(entering.getString("threadStack"))
          .startsWith("io.stranded.agent.WaitingProgram.enter(");
    }
  }

  @ParameterizedTest
  @MethodSource("targetsWithVirtualThreads")
  void waitsOfVirtualThreadsAreTold(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      RecordedEvent parked = log.await(about("ThreadPark", "virtual-parked"));
      assertThat(parked.getBoolean("virtual")).isTrue();
      assertThat(parked.getString("kind")).isEqualTo("park");
      assertThat(parked.getString("blockerClass"))
          .isEqualTo("java.util.concurrent.CountDownLatch$Sync");
      assertThat(parked.getString("threadStack")).contains("WaitingProgram.awaitLatch(");

      RecordedEvent locking = log.await(about("ThreadPark", "virtual-locking"));
      assertThat(locking.getLong("ownerId")).isEqualTo(mainThread(log));

      RecordedEvent waiting = log.await(about("ThreadPark", "virtual-waiting"));
      assertThat(waiting.getString("kind")).isEqualTo("wait");
      assertThat(waiting.getString("blockerClass")).isEqualTo("java.lang.Object");
      assertThat(waiting.getInt("blockerIdentity"))
          .isEqualTo(log.await(about("ThreadPark", "waiting")).getInt("blockerIdentity"));

      target.command("release");
      assertThat(log.await(about("ThreadUnpark", "virtual-parked")).getBoolean("virtual")).isTrue();
      log.await(about("ThreadUnpark", "virtual-waiting"));
      assertThat(log.await(about("ThreadExit", "virtual-parked")).getLong("threadId"))
          .isEqualTo(parked.getLong("threadId"));
      assertThat(log.all(about("ThreadStart", "virtual-parked"))).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void endOfEveryReportedWaitIsToldOnce(Jdk jdk, @TempDir Path directory) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      List<String> threads = List.of("parked", "parked-timed", "locking", "waiting", "entering");
      for (String thread : threads) {
        log.await(about("ThreadPark", thread));
      }

      target.command("release");

      for (String thread : threads) {
        log.await(about("ThreadUnpark", thread));
        log.await(about("ThreadExit", thread));
      }
      log.awaitLooks();
      List<RecordedEvent> all = target.dump("first", directory);
      for (String thread : threads) {
        RecordedEvent park = only(all, "ThreadPark", thread);
        RecordedEvent unpark = only(all, "ThreadUnpark", thread);
        RecordedEvent exit = only(all, "ThreadExit", thread);
        assertThat(unpark.getLong("threadId")).isEqualTo(park.getLong("threadId"));
        assertThat(exit.getLong("threadId")).isEqualTo(park.getLong("threadId"));
        assertThat(unpark.getLong("parkedSince")).isEqualTo(park.getLong("parkedSince"));
        assertThat(unpark.getStartTime()).isAfter(park.getStartTime());
        assertThat(unpark.getLong("parkedFor")).isGreaterThanOrEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void startHasTheStackOfTheCreator(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      RecordedEvent start = log.await(about("ThreadStart", "parked"));

      assertThat(start.getBoolean("virtual")).isFalse();
      assertThat(start.getLong("threadId"))
          .isEqualTo(log.await(about("ThreadPark", "parked")).getLong("threadId"));
      assertThat(start.getThread().getJavaName()).isEqualTo("main");
      assertThat(start.getStackTrace().getFrames())
          .extracting(RecordedFrame::getMethod)
          .extracting(method -> method.getType().getName() + "." + method.getName())
          .containsSubsequence(
              "java.lang.Thread.start",
              "io.stranded.agent.WaitingProgram.startWaiters",
              "io.stranded.agent.WaitingProgram.main");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void waitBelowTheThresholdIsSilentUntilTheThresholdIsLowered(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, "threshold=1h,period=50ms");
        EventLog log = target.follow()) {
      log.await(event -> named(event, "Heartbeat") && event.getInt("threads") > 0);
      log.awaitLooks();
      assertThat(log.all(event -> named(event, "ThreadPark"))).isEmpty();

      assertThat(target.attach("threshold=200ms")).contains("threshold=200ms,period=50ms");

      log.await(about("ThreadPark", "parked"));
      log.await(about("ThreadPark", "waiting"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void endOfAWaitThatWasNotReportedIsSilent(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, "threshold=1h,period=50ms");
        EventLog log = target.follow()) {
      target.command("release");

      log.await(about("ThreadExit", "parked"));
      log.awaitLooks();
      assertThat(log.all(event -> named(event, "ThreadUnpark"))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void openWaitsAreToldAgainToALateRecording(Jdk jdk, @TempDir Path directory) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      RecordedEvent first = log.await(about("ThreadPark", "parked"));
      RecordedEvent sampled = log.await(about("ThreadPark", "entering"));

      target.jvm().jcmd("JFR.start", "name=late");
      log.awaitCount(2, about("ThreadPark", "parked"));
      log.awaitCount(2, about("ThreadPark", "entering"));

      List<RecordedEvent> late = target.dump("late", directory);
      // Told again for the recording and for its chunk, which may be one look or two.
      assertThat(late.stream().filter(about("ThreadPark", "parked")))
          .extracting(event -> event.getLong("parkedSince"))
          .isNotEmpty()
          .containsOnly(first.getLong("parkedSince"));
      assertThat(late.stream().filter(about("ThreadPark", "entering")))
          .extracting(event -> event.getLong("parkedSince"))
          .isNotEmpty()
          .containsOnly(sampled.getLong("parkedSince"));
      assertThat(late).noneMatch(event -> named(event, "ThreadUnpark"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void openWaitsAreToldAgainInANewChunk(Jdk jdk, @TempDir Path directory) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      RecordedEvent first = log.await(about("ThreadPark", "parked"));

      // A dump ends the chunk.
      target.dump("first", directory);

      assertThat(log.awaitCount(2, about("ThreadPark", "parked")))
          .extracting(event -> event.getLong("parkedSince"))
          .containsOnly(first.getLong("parkedSince"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyParkIsToldWhileADebuggingRecordingRuns(Jdk jdk) {
    Path settings =
        Path.of("target/classes/io/stranded/events/stranded-debug.jfc").toAbsolutePath();
    try (Target target = Target.startWithAgent(jdk, "threshold=1h,period=50ms");
        EventLog log = target.follow()) {
      target.command("before");
      target.jvm().jcmd("JFR.start", "name=debug", "settings=" + settings);
      log.awaitLooks();
      target.command("meanwhile");

      RecordedEvent park = log.await(about("EveryPark", "meanwhile"));
      assertThat(park.getString("kind")).isEqualTo("park");
      assertThat(park.getBoolean("timed")).isFalse();
      assertThat(park.getStackTrace().getFrames())
          .extracting(frame -> frame.getMethod().getName())
          .contains("awaitLatch");

      target.jvm().jcmd("JFR.stop", "name=debug");
      log.awaitLooks();
      target.command("after");
      log.await(about("ThreadStart", "after"));
      log.awaitLooks();
      assertThat(log.all(event -> named(event, "EveryPark")))
          .extracting(event -> event.getString("threadName"))
          .contains("meanwhile")
          .doesNotContain("before", "after");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void threadsOfTheJvmAndOfTheAgentAreLeftOut(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      log.await(about("ThreadPark", "waiting"));
      log.awaitLooks();

      assertThat(log.all(event -> named(event, "ThreadPark")))
          .extracting(event -> event.getString("threadName"))
          .allMatch(name -> name.matches("(virtual-)?(parked(-timed)?|locking|waiting|entering)"));
    }
  }

  static List<Jdk> targetsWithVirtualThreads() {
    return Jdk.targets().stream().filter(jdk -> jdk.feature() >= 21).toList();
  }

  private static RecordedEvent only(List<RecordedEvent> events, String name, String thread) {
    List<RecordedEvent> found = events.stream().filter(about(name, thread)).toList();
    assertThat(found).as(name + " of " + thread).hasSize(1);
    return found.get(0);
  }

  private static long mainThread(EventLog log) {
    return log.await(about("ThreadStart", "parked")).getThread().getJavaThreadId();
  }
}
