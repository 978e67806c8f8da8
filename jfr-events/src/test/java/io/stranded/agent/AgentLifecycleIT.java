package io.stranded.agent;

import static io.stranded.agent.EventLog.about;
import static io.stranded.agent.EventLog.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent coming and going: by attach, twice, with wrong options, and removed again. */
@Execution(ExecutionMode.CONCURRENT)
class AgentLifecycleIT {
  private static final String SOON = "threshold=200ms,period=50ms";
  private static final int MOST_LOOKS = 100;

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void platformThreadsThatWaitedBeforeTheAttachAreTold(Jdk jdk) {
    try (Target target = Target.start(jdk)) {
      target.jvm().jcmd("JFR.start", "name=first");
      try (EventLog log = target.follow()) {
        assertThat(target.attach(SOON)).startsWith("running threshold=200ms");

        RecordedEvent parked = log.await(about("ThreadPark", "parked"));
        assertThat(parked.getString("kind")).isEqualTo("park");
        assertThat(parked.getString("blockerClass"))
            .isEqualTo("java.util.concurrent.CountDownLatch$Sync");
        RecordedEvent locking = log.await(about("ThreadPark", "locking"));
        assertThat(locking.getLong("ownerId")).isPositive();
        assertThat(log.await(about("ThreadPark", "waiting")).getString("kind")).isEqualTo("wait");
        assertThat(log.await(about("ThreadPark", "entering")).getString("kind"))
            .isEqualTo("monitor");

        target.command("release");
        assertThat(log.await(about("ThreadUnpark", "parked")).getLong("parkedSince"))
            .isEqualTo(parked.getLong("parkedSince"));
        log.await(about("ThreadExit", "parked"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void threadsAfterTheAttachAreTold(Jdk jdk) {
    try (Target target = Target.start(jdk)) {
      target.jvm().jcmd("JFR.start", "name=first");
      target.attach(SOON);
      try (EventLog log = target.follow()) {
        target.command("later");

        log.await(about("ThreadStart", "later"));
        log.await(about("ThreadPark", "later"));
        if (jdk.feature() >= 21) {
          log.await(about("ThreadStart", "virtual-later"));
          log.await(about("ThreadPark", "virtual-later"));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void attachingTwiceIsHarmless(Jdk jdk, @TempDir Path directory) {
    try (Target target = Target.startWithAgent(jdk, SOON, "-Xlog:redefine+class+load=info");
        EventLog log = target.follow()) {
      log.await(about("ThreadPark", "parked"));

      assertThat(target.attach("stackDepth=3"))
          .isEqualTo("running threshold=200ms,period=50ms,stackDepth=3");
      target.command("later");

      log.await(about("ThreadPark", "later"));
      log.awaitLooks();
      List<RecordedEvent> all = target.dump("first", directory);
      // Told again to whoever attached, but woven and started only once.
      assertThat(all.stream().filter(about("ThreadPark", "parked"))).hasSize(2);
      assertThat(all.stream().filter(about("ThreadStart", "later"))).hasSize(1);
      assertThat(all.stream().filter(about("ThreadPark", "later")).toList())
          .singleElement()
          .satisfies(park -> assertThat(park.getString("threadStack").lines()).hasSize(3));
      assertThat(redefinitions(target)).isEqualTo(1);
      assertThat(reporters(target)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void disableLeavesNothingRunningAndTheNextAttachStartsAfresh(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, SOON, "-Xlog:redefine+class+load=info");
        EventLog log = target.follow()) {
      log.await(about("ThreadPark", "parked"));
      assertThat(reporters(target)).isEqualTo(1);
      assertThat(redefinitions(target)).isEqualTo(1);

      assertThat(target.attach("disable")).isEqualTo("disabled");

      assertThat(reporters(target)).isZero();
      // The second one brings the original class back.
      assertThat(redefinitions(target)).isEqualTo(2);
      target.command("while-disabled");
      assertThat(target.attach("disable")).isEqualTo("disabled");
      assertThat(redefinitions(target)).isEqualTo(2);

      assertThat(target.attach(SOON)).startsWith("running");
      target.command("after");
      log.await(about("ThreadPark", "after"));
      assertThat(log.all(about("ThreadStart", "while-disabled"))).isEmpty();
      assertThat(log.all(about("ThreadStart", "after"))).hasSize(1);
      assertThat(reporters(target)).isEqualTo(1);

      target.command("release");
      log.await(about("ThreadExit", "while-disabled"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void hooksThatAnotherAgentTakesOutAreWovenAgain(Jdk jdk, @TempDir Path directory)
      throws IOException {
    try (Target target = Target.startWithAgent(jdk, SOON, "-Xlog:redefine+class+load=info");
        EventLog log = target.follow()) {
      log.await(about("ThreadPark", "parked"));

      target.attachOther(OtherAgent.pack(directory));
      for (int i = 0; i < MOST_LOOKS && redefinitions(target) < 3; i++) {
        log.awaitLooks();
      }
      target.command("later");

      log.await(about("ThreadStart", "later"));
      log.await(about("ThreadPark", "later"));
      log.awaitLooks();
      assertThat(redefinitions(target)).isEqualTo(3);

      assertThat(target.attach("disable")).isEqualTo("disabled");
      assertThat(redefinitions(target)).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void wrongOptionsCostOneLineAndTheApplicationGoesOn(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, "threshhold=1s")) {
      target.command("later");

      assertThat(target.jvm().output())
          .containsExactly(
              "stranded: agent not loaded: option 'threshhold' is not one of threshold, period,"
                  + " stackDepth, disable",
              "READY",
              "DONE later");
      assertThat(target.attach("period=never"))
          .startsWith("failed: option period=never is not a time");
      assertThat(target.attach("")).startsWith("running threshold=10000ms");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void agentThatRefusesOptionsRunsOnAndSaysSo(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, SOON)) {
      assertThat(target.attach("period=never"))
          .startsWith("running threshold=200ms,period=50ms,stackDepth=64, refused: option period=");
      target.jvm().awaitLine("stranded: options refused: option period=never is");

      assertThat(target.attach("stackDepth=3"))
          .isEqualTo("running threshold=200ms,period=50ms,stackDepth=3");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void runtimeWithoutFlightRecorderRunsOnWithoutTheAgent(Jdk jdk) {
    try (Target target =
        Target.start(
            jdk,
            "--limit-modules=java.base,java.instrument",
            "-javaagent:" + Target.AGENT + "=" + SOON)) {
      target.command("release");

      assertThat(target.jvm().output())
          .containsExactly(
              "stranded: agent not loaded: java.lang.NoClassDefFoundError: jdk/jfr/FlightRecorder",
              "READY",
              "DONE release");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingIsPrintedWhenAllIsWell(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, SOON);
        EventLog log = target.follow()) {
      log.await(about("ThreadPark", "parked"));
      target.attach("threshold=300ms");
      target.attach("disable");
      target.command("release");

      assertThat(target.jvm().output()).containsExactly("READY", "DONE release");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void optionsAreReadFromTheSystemPropertyToo(Jdk jdk) {
    try (Target target = Target.startWithAgent(jdk, "period=60ms", "-Dstranded.agent=" + SOON)) {
      assertThat(target.attach("")).isEqualTo("running threshold=200ms,period=60ms,stackDepth=64");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shippedSettingsTurnTheEventsOn(Jdk jdk) {
    Path settings = Path.of("target/classes/io/stranded/events/stranded.jfc").toAbsolutePath();
    try (Target target = Target.start(jdk)) {
      target.jvm().jcmd("JFR.start", "name=first", "settings=" + settings);
      target.attach(SOON);
      try (EventLog log = target.follow()) {
        log.await(about("ThreadPark", "parked"));
        target.command("later");
        Predicate<RecordedEvent> start = about("ThreadStart", "later");
        assertThat(log.await(start).getStackTrace().getFrames()).isNotEmpty();
        log.await(event -> named(event, "Heartbeat") && event.getInt("parked") >= 5);
        target.command("release");
        log.await(about("ThreadUnpark", "parked"));
        log.await(about("ThreadExit", "parked"));
      }
    }
  }

  private static long reporters(Target target) {
    return target
        .jvm()
        .jcmd("Thread.print")
        .lines()
        .filter(line -> line.startsWith("\"stranded-reporter\""))
        .count();
  }

  /** How often the JVM has changed {@code LockSupport}. */
  private static long redefinitions(Target target) {
    List<String> lines = new ArrayList<>(target.jvm().output());
    lines.removeIf(
        line -> !line.contains("redefined name=java.util.concurrent.locks.LockSupport,"));
    return lines.size();
  }
}
