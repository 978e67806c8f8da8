package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.junit.fixtures.ScenarioTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Leaks as they are met in test suites, each with what is said about it. Nothing leaks where the
 * threads are the runtime's own: these have a healthy form alone.
 */
class ScenariosTest {
  private static final Map<String, String> STRANDED =
      Map.ofEntries(
          Map.entry("intermittentConsume()", "rendezvous partner missing"),
          Map.entry("lostDone()", "latch never counted down"),
          Map.entry("twoPhases()", "barrier or phaser party missing"),
          Map.entry("pingWhoseConnectionIsStillClosing()", "latch never counted down"),
          Map.entry("unbufferedDone()", "rendezvous partner missing"),
          Map.entry("neverClosed()", "abandoned queue consumer"),
          Map.entry("forgottenPool()", "orphaned pool worker"),
          Map.entry("timeAfter()", "orphaned pool worker"),
          Map.entry("ownerThatDiedWithTheLock()", "lock whose owner ended"),
          Map.entry("groupWithoutCancellation()", "future never completed"),
          Map.entry("firstOfNone()", "future never completed"),
          Map.entry("permitNeverReleased()", "permit never released"),
          Map.entry("strippedFrames()", "condition never signalled"));

  /** What each does, and what is to be done about it. */
  private static final Map<String, Alive> ALIVE =
      Map.of(
          "deadSubscriber()",
          new Alive(1, "waits without a timeout for something alive", "ArrayBlockingQueue.put"),
          "httpWithoutTimeout()",
          new Alive(1, "reads from a socket", "Give the call a timeout or close its connection"),
          "silentPeer()",
          new Alive(1, "reads from a socket", "Give the call a timeout or close its connection"),
          "manyByDesign()",
          new Alive(20, "waits without a timeout for something alive", "Shut the executor down"),
          "backgroundRefresh()",
          new Alive(1, "waits with a timeout", "Shut the executor down"),
          "stopFlagNeverWired()",
          new Alive(1, "waits with a timeout", "Stop or interrupt it, and join it."),
          "spinning()",
          new Alive(1, "runs", "Tell it to stop, and join it."));

  private record Alive(int threads, String does, String part) {}

  @AfterAll
  static void end() throws IOException {
    ScenarioTests.stopAll();
  }

  @Test
  void eachLeakIsProvedAndNamedForWhatItIs() {
    Map<String, String> failures = TestRun.of(ScenarioTests.Stranded.class).failures();
    assertThat(failures)
        .containsOnlyKeys(
            Stream.concat(
                    STRANDED.keySet().stream(),
                    Stream.of("drainWithoutClose()", "oneStackTwoCauses()"))
                .toList());
    STRANDED.forEach(
        (test, words) ->
            assertThat(failures.get(test))
                .contains("." + test + " leaves 1 thread behind, which can never run again")
                .contains("LEAKED PROVEN  " + words)
                .contains("created by  ", "Scenarios." + test.replace("()", ""))
                .contains("fix  "));
    assertThat(failures.get("drainWithoutClose()"))
        .contains("leaves 2 threads behind, which can never run again")
        .contains("abandoned queue consumer", "\"worker\"")
        .contains("join on a leaked thread", "\"drainer\"");
    assertThat(failures.get("oneStackTwoCauses()"))
        .contains("leaves 2 threads behind, of which 1 can never run again")
        .contains("LEAKED PROVEN  ", "\"lost\"", "STUCK INTERRUPT ONLY  ", "\"interruptible\"")
        .doesNotContain("held by a local of java.util.concurrent.locks.LockSupport.park");
  }

  @Test
  void threadsThatLiveOnAreToldAsSuch() {
    Map<String, String> failures = TestRun.of(ScenarioTests.Alive.class).failures();
    assertThat(failures).containsOnlyKeys(ALIVE.keySet());
    ALIVE.forEach(
        (test, alive) ->
            assertThat(failures.get(test))
                .contains(
                    alive.threads() == 1
                        ? " leaves 1 thread behind, alive"
                        : " leaves " + alive.threads() + " threads behind, alive")
                .contains(
                    alive.threads() == 1
                        ? "ALIVE  1 thread that " + alive.does()
                        : "ALIVE  " + alive.threads() + " threads: each " + alive.does())
                .contains("created by  ", "LivingScenarios." + test.replace("()", ""))
                .contains(alive.part()));
  }

  @Test
  void whatIsSaidIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/junit.md"));
    Stream.concat(STRANDED.values().stream(), ALIVE.values().stream().map(Alive::does))
        .forEach(words -> assertThat(page).contains("| `" + words + "` |"));
  }

  @Test
  void noneOfTheirTwinsFails() {
    assertThat(
            TestRun.of(ScenarioTests.StrandedMended.class, ScenarioTests.AliveMended.class)
                .failures())
        .isEmpty();
  }
}
