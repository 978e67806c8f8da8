package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.junit.fixtures.ScenarioTests;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Leaks as they are met in test suites, each with what is said about it. */
class ScenariosTest {
  private static final Map<String, String> STRANDED =
      Map.of(
          "intermittentConsume()", "rendezvous partner missing",
          "lostDone()", "latch never counted down",
          "twoPhases()", "barrier or phaser party missing",
          "pingWhoseConnectionIsStillClosing()", "latch never counted down",
          "unbufferedDone()", "rendezvous partner missing",
          "neverClosed()", "abandoned queue consumer",
          "forgottenPool()", "orphaned pool worker",
          "ownerThatDiedWithTheLock()", "lock whose owner ended",
          "groupWithoutCancellation()", "future never completed",
          "firstOfNone()", "future never completed");

  @AfterAll
  static void end() {
    ScenarioTests.stopAll();
  }

  @Test
  void eachLeakIsProvedAndNamedForWhatItIs() {
    Map<String, String> failures = TestRun.of(ScenarioTests.Stranded.class).failures();
    assertThat(failures).containsOnlyKeys(STRANDED.keySet());
    STRANDED.forEach(
        (test, words) ->
            assertThat(failures.get(test))
                .contains("." + test + " leaves 1 thread behind, which can never run again")
                .contains("LEAKED PROVEN  " + words)
                .contains("created by  ", "Scenarios." + test.replace("()", ""))
                .contains("fix  "));
  }

  @Test
  void threadsThatLiveOnAreToldAsSuch() {
    Map<String, String> failures = TestRun.of(ScenarioTests.Alive.class).failures();
    assertThat(failures).containsOnlyKeys("stopFlagNeverWired()", "spinning()");
    assertThat(failures.get("stopFlagNeverWired()"))
        .contains("leaves 1 thread behind, alive", "\"ticker\"", "Thread.sleep");
    assertThat(failures.get("spinning()"))
        .contains("leaves 1 thread behind, alive", "1 thread that runs", "\"spinner\"")
        .contains("Tell it to stop, and join it.");
  }

  @Test
  void noneOfTheirTwinsFails() {
    assertThat(TestRun.of(ScenarioTests.Healthy.class).failures()).isEmpty();
  }
}
