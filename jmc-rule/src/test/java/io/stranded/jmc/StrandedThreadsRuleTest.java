package io.stranded.jmc;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmc.common.util.IPreferenceValueProvider;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;
import org.openjdk.jmc.flightrecorder.rules.IResult;
import org.openjdk.jmc.flightrecorder.rules.IRule;
import org.openjdk.jmc.flightrecorder.rules.RuleRegistry;
import org.openjdk.jmc.flightrecorder.rules.Severity;
import org.openjdk.jmc.flightrecorder.rules.TypedResult;
import org.openjdk.jmc.flightrecorder.rules.util.RulesToolkit;

/** The rule among all rules that Mission Control finds, on recordings of every JDK. */
final class StrandedThreadsRuleTest {
  /** Only against an agent that never reports. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path directory;

  StrandedThreadsRuleTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void leakingProgramIsAWarningWithItsThreads(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = Recordings.startWithAgent(jdk, directory, "Leaks", "leaking")) {
      IResult result = awaitReports(jvm, "\"heir\"", "\"latch-1\"", "\"fork-2\"");
      assertThat(result.getSeverity()).as("a deadlock").isEqualTo(Severity.WARNING);
      assertThat(result.getResult(TypedResult.SCORE).doubleValue()).isBetween(90.0, 100.0);
      assertThat(result.getResult(StrandedThreadsRule.COUNT).longValue())
          .isEqualTo(result.getResult(StrandedThreadsRule.THREADS).size());
      assertThat(result.getSummary()).contains("may never run again");
      assertThat(result.getExplanation())
          .contains("latch never counted down", "Started by ", "Leaks.startAll", "by the agent");
      assertThat(result.getSolution()).contains("Take the locks in one order everywhere.");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void healthyTwinAndIdleServerAreOk(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = Recordings.startWithAgent(jdk, directory, "Leaks", "healthy")) {
      awaitReports(jvm, "\"latch-1\"", "\"heir\"");
      jvm.send("release");
      jvm.awaitLine("RELEASED");
      Instant deadline = Instant.now().plus(PATIENCE);
      IResult result = evaluate(jvm);
      while (result.getSeverity() != Severity.OK) {
        assertThat(Instant.now()).as(result.getSummary()).isBefore(deadline);
        result = evaluate(jvm);
      }
      assertThat(result.getSummary()).startsWith("No thread");
      assertThat(result.getResult(TypedResult.SCORE).doubleValue()).isZero();
      assertThat(result.getResult(StrandedThreadsRule.THREADS)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void recordingThatTellsNothingOfWaitsIsNotApplicable(Jdk jdk) throws Exception {
    Path settings =
        Files.writeString(
            directory.resolve("none.jfc"),
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="jdk.ThreadStart"><setting name="enabled">true</setting></event>
            </configuration>
            """);
    Path file = directory.resolve("none.jfr");
    try (ForkedJvm jvm = Recordings.start(jdk, directory, List.of(), "Leaks", "healthy")) {
      jvm.jcmd("JFR.stop", "name=1");
      jvm.jcmd("JFR.start", "name=none", "settings=" + settings);
      jvm.jcmd("JFR.dump", "name=none", "filename=" + file);
    }
    assertThat(evaluate(file).getSeverity()).isEqualTo(Severity.NA);
  }

  /** Evaluates again and again until the agent has reported these threads. */
  private IResult awaitReports(ForkedJvm jvm, String... names) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    IResult result = evaluate(jvm);
    while (!hasReports(result, names)) {
      assertThat(Instant.now()).as("found so far: %s", threads(result)).isBefore(deadline);
      result = evaluate(jvm);
    }
    return result;
  }

  private static boolean hasReports(IResult result, String... names) {
    return String.valueOf(result.getExplanation()).contains("by the agent")
        && Stream.of(names)
            .allMatch(name -> threads(result).stream().anyMatch(t -> t.startsWith(name)));
  }

  private static List<String> threads(IResult result) {
    return List.copyOf(result.getResult(StrandedThreadsRule.THREADS));
  }

  private IResult evaluate(ForkedJvm jvm) throws Exception {
    Path file = Recordings.dump(jvm, directory.resolve("rule.jfr"));
    IResult result = evaluate(file);
    Files.delete(file);
    return result;
  }

  /** What Mission Control says: it finds its rules itself. */
  private static IResult evaluate(Path file) throws Exception {
    Map<IRule, Future<IResult>> results =
        RulesToolkit.evaluateParallel(
            RuleRegistry.getRules(),
            JfrLoaderToolkit.loadEvents(file.toFile()),
            IPreferenceValueProvider.DEFAULT_VALUES,
            1);
    for (Map.Entry<IRule, Future<IResult>> entry : results.entrySet()) {
      if (entry.getKey() instanceof StrandedThreadsRule) {
        return entry.getValue().get();
      }
    }
    throw new AssertionError("not among the rules: " + results.keySet());
  }
}
