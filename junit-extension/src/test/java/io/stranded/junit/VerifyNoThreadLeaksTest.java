package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.junit.fixtures.LeakingTests;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifyNoThreadLeaksTest {
  private static final Map<String, String> ALL_TESTS =
      Map.of(
          "junit.jupiter.extensions.autodetection.enabled", "true",
          "stranded.threadleaks", "true");

  @Test
  void onlyTheTestThatLeaksFailsAndSaysWhoStartedTheThread() {
    TestRun run = TestRun.of(LeakingTests.OneOfThree.class);
    assertThat(run.failures()).containsOnlyKeys("loses()");
    assertThat(run.failures().get("loses()"))
        .contains("leaves 1 thread behind, which can never run again")
        .contains("latch never counted down")
        .contains("\"lost\"")
        .contains("created by  io.stranded.junit.fixtures.Leaks.start(Leaks.java:")
        .contains("LeakingTests$OneOfThree.loses(LeakingTests.java:")
        .contains("started by  io.stranded.junit.fixtures.LeakingTests$OneOfThree.loses()")
        .contains("Count down in a finally block");
  }

  @Test
  void poolOfTheClassMayGrowInATest() {
    TestRun run = TestRun.of(LeakingTests.PoolOfTheClass.class);
    assertThat(run.failures()).isEmpty();
  }

  @Test
  void poolThatStaysFailsTheClassAndNamesTheTest() {
    TestRun run = TestRun.of(LeakingTests.PoolThatStays.class);
    assertThat(run.failures()).containsOnlyKeys("LeakingTests$PoolThatStays");
    assertThat(run.failures().get("LeakingTests$PoolThatStays"))
        .contains("started by  io.stranded.junit.fixtures.LeakingTests$PoolThatStays.grows()")
        .contains("Shut the executor down");
  }

  @Test
  void ownFailureOfTheTestComesFirst() {
    String failure = TestRun.of(LeakingTests.FailsAndLeaks.class).failures().get("failsAndLeaks()");
    assertThat(failure).startsWith("org.opentest4j.AssertionFailedError: its own failure");
    assertThat(failure).contains("Suppressed: io.stranded.leaks.ThreadLeakError");
  }

  @Test
  void whatAnotherExtensionStopsIsNoLeak() {
    assertThat(TestRun.of(LeakingTests.ServerAround.class).failures()).isEmpty();
  }

  /** It is looked at from before the first extension on. */
  @Test
  void whatAnotherExtensionLeaksIsALeakOfTheTest() {
    assertThat(TestRun.of(LeakingTests.LeakingServerAround.class).failures())
        .containsOnlyKeys("callsIt()");
  }

  @Test
  void testsAreLookedAtWhereAllConditionsAreDeactivated() {
    Map<String, String> off = Map.of("junit.jupiter.conditions.deactivate", "*");
    assertThat(TestRun.of(off, LeakingTests.OneOfThree.class).failures())
        .containsOnlyKeys("loses()");
    assertThat(TestRun.of(off, LeakingTests.LeaksBeforeAll.class).failures())
        .containsOnlyKeys("LeakingTests$LeaksBeforeAll");
  }

  @Test
  void eachInvocationOfATemplateIsATest() {
    verifyTemplates(TestRun.of(LeakingTests.Templates.class), LeakingTests.Templates.class);
    Class<?> plain = LeakingTests.PlainTemplates.class;
    verifyTemplates(TestRun.of(ALL_TESTS, plain), plain);
  }

  private static void verifyTemplates(TestRun run, Class<?> type) {
    assertThat(run.failures().keySet())
        .satisfiesExactly(
            name -> assertThat(name).startsWith("[2] "),
            name -> assertThat(name).isEqualTo("dynamic two"),
            name -> assertThat(name).isEqualTo("repetition 2 of 3"));
    assertThat(run.failures().values())
        .anySatisfy(
            text -> assertThat(text).contains("started by  " + type.getName() + ".takes() \"[2] "));
    assertThat(run.failures().get("dynamic two")).contains("\"dynamic two\"");
  }

  @Test
  void filtersAddUp() {
    TestRun run = TestRun.of(LeakingTests.Filtered.class);
    assertThat(run.failures()).containsOnlyKeys("doesNotIgnoreThatOfTheOther()");
    Map<String, String> more = Map.of("stranded.threadleaks.ignoreNames", "^method-");
    assertThat(TestRun.of(more, LeakingTests.Filtered.class).failures()).isEmpty();
    assertThat(TestRun.of(LeakingTests.Filtered.Apart.class).failures()).isEmpty();
  }

  @Test
  void annotationIsInheritedAndMayStandOnAnother() {
    TestRun run = TestRun.of(LeakingTests.ByAnAnnotationOfItsOwn.class);
    assertThat(run.failures()).containsOnlyKeys("loses()");
    assertThat(TestRun.of(LeakingTests.Inheriting.class).failures()).containsOnlyKeys("loses()");
  }

  @Test
  void threadOfTheClassFailsTheClass() {
    TestRun run = TestRun.of(LeakingTests.LeaksBeforeAll.class);
    assertThat(run.failures()).containsOnlyKeys("LeakingTests$LeaksBeforeAll");
  }

  @Test
  void threadsBehindAPoolAreOfTheTest() {
    TestRun run = TestRun.of(LeakingTests.ThroughAPool.class);
    assertThat(run.failures()).containsOnlyKeys("leaksBehindAPool()");
    assertThat(run.failures().get("leaksBehindAPool()")).contains("\"grandchild\"");
  }

  @Test
  void wholeSuiteIsCheckedByOneProperty() {
    assertThat(TestRun.of(ALL_TESTS, LeakingTests.Plain.class).failures())
        .containsOnlyKeys("leaks()");
    assertThat(TestRun.of(LeakingTests.Plain.class).failures()).isEmpty();
  }
}
