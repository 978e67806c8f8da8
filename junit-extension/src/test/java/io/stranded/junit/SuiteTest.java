package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.junit.fixtures.FilteredTests;
import io.stranded.junit.fixtures.HangingTests;
import io.stranded.junit.fixtures.LeakingTests;
import io.stranded.junit.fixtures.SuiteTests;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said by configuration parameters, and what is told on standard error. */
class SuiteTest {
  private static final String AUTODETECTION = "junit.jupiter.extensions.autodetection.enabled";
  private static final String SUITE = "JUnit Jupiter";

  @AfterAll
  static void end() {
    FilteredTests.end();
  }

  @Test
  void warningIsToldAndFailsNothing() {
    Told told = told(on("consequence", "warn"), LeakingTests.Plain.class);
    assertThat(told.run().failures()).isEmpty();
    assertThat(told.err())
        .contains("Plain.leaks() leaves 1 thread behind, which can never run again")
        .contains("\"plain\"")
        .contains("stranded: looked at 2 tests and 1 thread that they started: 1 leak");
  }

  @Test
  void templatesAreCountedByTheirInvocations() {
    assertThat(told(on(), LeakingTests.PlainTemplates.class).err())
        .contains("stranded: looked at 9 tests and 3 threads that they started: 3 leaks");
  }

  @Test
  void testsAreLookedAtWhereAllConditionsAreDeactivated() {
    Map<String, String> parameters = on();
    parameters.put("junit.jupiter.conditions.deactivate", "*");
    assertThat(TestRun.of(parameters, LeakingTests.Plain.class).failures())
        .containsOnlyKeys("leaks()");
  }

  @Test
  void threadThatOutlivesTheSuiteFailsTheSuiteAndNoClass() {
    Map<String, String> parameters = on("level", "SUITE", "settleMillis", "50");
    TestRun run = TestRun.of(parameters, SuiteTests.Starts.class);
    SuiteTests.end();
    assertThat(run.failures()).containsOnlyKeys(SUITE);
    assertThat(run.failures().get(SUITE))
        .contains("the suite leaves 1 thread behind, alive")
        .contains("started by  " + SuiteTests.Starts.class.getName() + ".starts()");
  }

  @Test
  void threadThatALaterClassEndsIsNoLeakOfTheSuite() {
    Map<String, String> parameters = on("level", "SUITE");
    TestRun run = TestRun.of(parameters, SuiteTests.Starts.class, SuiteTests.Ends.class);
    assertThat(run.failures()).isEmpty();
    assertThat(TestRun.of(on("settleMillis", "50"), SuiteTests.Starts.class).failures())
        .containsOnlyKeys("SuiteTests$Starts");
    SuiteTests.end();
  }

  @Test
  void strandedThreadFailsItsTestWhateverTheLevel() {
    assertThat(TestRun.of(on("level", "SUITE"), LeakingTests.Plain.class).failures())
        .containsOnlyKeys("leaks()");
  }

  @Test
  void threadThatLivesOnIsNoLeakWhereProofsAreAskedFor() {
    Map<String, String> parameters = on("mode", "proven", "level", "TEST", "settleMillis", "50");
    assertThat(TestRun.of(parameters, SuiteTests.Starts.class).failures()).isEmpty();
    SuiteTests.end();
    parameters.put("stranded.threadleaks.mode", "alive");
    assertThat(TestRun.of(parameters, SuiteTests.Starts.class).failures())
        .containsOnlyKeys("starts()");
    SuiteTests.end();
    parameters.put("stranded.threadleaks.mode", "proven");
    assertThat(TestRun.of(parameters, LeakingTests.Plain.class).failures())
        .containsOnlyKeys("leaks()");
  }

  @Test
  void interruptedThreadsFailTheirTestAllTheSame() {
    assertThat(
            TestRun.of(on("consequence", "interrupt-then-fail"), LeakingTests.Plain.class)
                .failures()
                .get("leaks()"))
        .contains("they were interrupted, upon which 1 of 1 has ended");
  }

  @Test
  void allTestsAreWatchedByOneProperty() {
    Map<String, String> parameters =
        Map.of(
            AUTODETECTION,
            "true",
            "stranded.failIfStranded",
            "true",
            "stranded.failIfStranded.afterMillis",
            "100",
            // What other tests have left on stacks may hold the thread that runs all of these.
            "stranded.failIfStranded.thread",
            "separate");
    Map<String, String> failures = TestRun.of(parameters, HangingTests.Plain.class).failures();
    assertThat(failures).containsOnlyKeys("waitsForALostLatch()");
    assertThat(failures.get("waitsForALostLatch()"))
        .contains("waitsForALostLatch() can never end", "latch never counted down");
  }

  @Test
  void eachAttributeOfTheAnnotationIgnores() {
    assertThat(TestRun.of(FilteredTests.ByAnnotation.class).failures())
        .containsOnlyKeys("byNothing()");
  }

  @ParameterizedTest
  @CsvSource({
    "ignoreNames, ^somebody$",
    "ignoreNames, '^nobody$ , ^some'",
    "ignoreGroups, ^shop$",
    "ignoreRunnables, FilteredTests\\$Work$",
    "ignoreFrames, FilteredTests\\$Work\\.run",
    "ignoreTopFrames, FilteredTests\\$Work\\.waits",
    "ignoreCreators, FilteredTests\\.create"
  })
  void eachParameterIgnores(String name, String pattern) {
    Class<?> type = FilteredTests.ByParameter.class;
    assertThat(TestRun.of(on(name, pattern), type).failures()).isEmpty();
    assertThat(TestRun.of(on(name, "^nobody$"), type).failures()).containsOnlyKeys("leavesOne()");
  }

  @ParameterizedTest
  @CsvSource({
    "mode, dead, 'stranded.threadleaks.mode: none of [ALIVE, PROVEN]: dead'",
    "settleMillis, soon, 'stranded.threadleaks.settleMillis: no number of milliseconds: soon'",
    "ignoreNames, '(', 'stranded.threadleaks.ignoreNames: no regular expression: ('"
  })
  void wrongParameterIsNamed(String name, String value, String message) {
    assertThat(TestRun.of(on(name, value), LeakingTests.Plain.class).failures().values())
        .isNotEmpty()
        .allSatisfy(failure -> assertThat(failure).contains(message));
  }

  @ParameterizedTest
  @CsvSource({"stranded.threadleaks", "stranded.failIfStranded"})
  void parameterWithoutAutodetectionIsToldToCheckNothing(String parameter) {
    String words = parameter + " is set, and nothing was checked";
    Class<?> type = LeakingTests.Empty.class;
    assertThat(told(Map.of(parameter, "true"), type).err()).contains(words, AUTODETECTION);
    assertThat(told(Map.of(parameter, "true", AUTODETECTION, "true"), type).err())
        .doesNotContain("nothing was checked");
    assertThat(told(Map.of(parameter, "false"), type).err()).doesNotContain("nothing was checked");
    assertThat(told(Map.of(), type).err()).doesNotContain("nothing was checked");
  }

  private record Told(TestRun run, String err) {}

  private static Told told(Map<String, String> parameters, Class<?> type) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      TestRun run = TestRun.of(parameters, type);
      return new Told(run, bytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  private static Map<String, String> on(String... namesAndValues) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put(AUTODETECTION, "true");
    parameters.put("stranded.threadleaks", "true");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put("stranded.threadleaks." + namesAndValues[i], namesAndValues[i + 1]);
    }
    return parameters;
  }
}
