package io.stranded.agent;

import static io.stranded.agent.EventLog.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Virtual threads by the many, and those that the garbage collector takes. */
@Execution(ExecutionMode.CONCURRENT)
class CollectedThreadsIT {
  private static final String OPTIONS = "threshold=1h,period=50ms";

  private static final int MOST_COLLECTIONS = 200;

  static List<Jdk> targets() {
    return Jdk.targets().stream().filter(jdk -> jdk.feature() >= 21).toList();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void leakedThreadsThatTheCollectorTakesAreReportedAndNoOthers(Jdk jdk) {
    try (Target target = start(jdk, OPTIONS, "-Djdk.trackAllThreads=false");
        EventLog log = target.follow()) {
      target.command("leak 200");
      target.command("sleep 100");
      target.command("hold 100");

      collectUntilReported(target, log, 200);
      log.awaitLooks();

      assertThat(log.all(CollectedThreadsIT::isLeak))
          .allSatisfy(
              leak -> {
                assertThat(leak.getString("cause")).isEqualTo("COLLECTED");
                assertThat(leak.getString("confidence")).isEqualTo("PROVEN");
                assertThat(leak.getBoolean("virtual")).isTrue();
                assertThat(leak.getString("fingerprint")).matches("[0-9a-f]{16}");
                assertThat(leak.getString("creationStack").lines().toList())
                    .noneMatch(frame -> frame.contains("StrandedHooks"))
                    .anyMatch(frame -> frame.contains("VirtualThreadProgram.startLeaked("))
                    .last()
                    .asString()
                    .contains("VirtualThreadProgram.main(");
              });
      assertThat(threads(log)).isEqualTo(200);

      target.command("release 0");
      log.awaitCount(100, event -> named(event, "ThreadExit") && event.getBoolean("virtual"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void threadsOfDroppedExecutorsAreReportedUnlessOneIsLiveOrAllHaveEnded(Jdk jdk) {
    // The JVM's own set of virtual threads does not have those of executors.
    try (Target target = start(jdk, OPTIONS);
        EventLog log = target.follow()) {
      target.command("drop-busy 20");
      target.command("drop-done 50");
      target.command("drop 200");

      collectUntilReported(target, log, 200);
      log.awaitLooks();

      assertThat(log.all(CollectedThreadsIT::isLeak))
          .singleElement()
          .satisfies(
              leak -> {
                assertThat(leak.getString("confidence")).isEqualTo("PROVEN");
                assertThat(leak.getInt("threads")).isEqualTo(200);
                assertThat(leak.getString("creationStack"))
                    .contains("ThreadPerTaskExecutor.execute(")
                    .contains("VirtualThreadProgram.dropExecutor(");
              });
      log.awaitCount(50, event -> named(event, "ThreadExit") && event.getBoolean("virtual"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void stacksOfCreatorsAreToldApartByTheRecordThatHotSpotKeeps(Jdk jdk) {
    // It collects nothing.
    String collector = "-XX:+UseEpsilonGC";
    try (Target target = start(jdk, OPTIONS, "-XX:+UnlockExperimentalVMOptions", collector)) {
      target.command("hold 100");

      // One copy for each start, garbage by now.
      assertThat(target.jvm().jcmd("GC.class_histogram", "-all").lines())
          .anyMatch(line -> line.matches(".* 10\\d +\\d+ +io.stranded.agent.StackHash\\$Trace.*"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void threadThatAFinalizerWakesIsNotReported(Jdk jdk) {
    try (Target target = start(jdk, OPTIONS, "-Djdk.trackAllThreads=false");
        EventLog log = target.follow()) {
      target.command("revive 3");
      target.command("collect 0");

      target.jvm().awaitLine("REVIVED");
      log.await(event -> named(event, "ThreadExit") && event.getBoolean("virtual"));
      // What the collector takes after it is reported, so it would have been.
      target.command("leak 1");
      collectUntilReported(target, log, 1);

      assertThat(log.all(CollectedThreadsIT::isLeak))
          .singleElement()
          .satisfies(leak -> assertThat(leak.getString("creationStack")).contains("startLeaked("));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void hundredThousandThreadsComeAndGoWithoutLoss(Jdk jdk, @TempDir Path directory) {
    int count = 100_000;
    try (Target target = start(jdk, OPTIONS);
        EventLog log = target.follow()) {
      target.command("hold " + count);
      log.await(event -> named(event, "Heartbeat") && event.getInt("threads") >= count);
      target.command("release 0");
      log.await(event -> named(event, "Heartbeat") && event.getInt("threads") < 100);

      List<RecordedEvent> all = target.dump("first", directory);

      assertThat(ids(all, "ThreadStart")).hasSize(count);
      assertThat(ids(all, "ThreadExit")).isEqualTo(ids(all, "ThreadStart"));
      assertThat(all.stream().filter(CollectedThreadsIT::isLeak)).isEmpty();
    }
  }

  private static Target start(Jdk jdk, String agentOptions, String... vmOptions) {
    return Target.startWithAgent(VirtualThreadProgram.class, jdk, agentOptions, vmOptions);
  }

  private static void collectUntilReported(Target target, EventLog log, int count) {
    for (int i = 0; i < MOST_COLLECTIONS && threads(log) < count; i++) {
      target.command("collect 0");
    }
    assertThat(threads(log)).isGreaterThanOrEqualTo(count);
  }

  private static int threads(EventLog log) {
    return log.all(CollectedThreadsIT::isLeak).stream()
        .mapToInt(leak -> leak.getInt("threads"))
        .sum();
  }

  private static List<Long> ids(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> named(event, name) && event.getBoolean("virtual"))
        .map(event -> event.getLong("threadId"))
        .sorted()
        .toList();
  }

  private static boolean isLeak(RecordedEvent event) {
    return named(event, "ThreadLeak");
  }
}
