package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Expected;
import io.stranded.corpus.KnownWeakly;
import io.stranded.corpus.LockOwners;
import io.stranded.corpus.PoolsInUse;
import io.stranded.corpus.ThreadHandles;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.testing.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever has a thread, its group or its lock can end waits: an island tells it. */
class SnapshotHandlesTest {
  private static final String PROVEN = "LEAKED PROVEN";
  private static final String BY_INTERRUPT = "LEAKED INTERRUPT_ONLY";

  @TempDir Path directory;
  private final List<String> evidence = new ArrayList<>();

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void handlesAndGroupsThatAreHeldAreWaysToEndAWait(Jdk jdk) throws IOException {
    Map<String, String> found = new TreeMap<>();
    assertNoneIsProvedThatLives(snapshot(jdk, ThreadHandles.class, found), found);
    assertThat(found)
        .containsEntry("live/group", BY_INTERRUPT)
        .containsEntry("live/outer-group", BY_INTERRUPT)
        .containsEntry("leak/QUEUE_CONSUMER_ABANDONED/group", PROVEN)
        .doesNotContainKeys("live/group-bare-park", "live/own-blocker");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void locksOfTheApplicationAreWaysToTheirThreads(Jdk jdk) throws IOException {
    Map<String, String> found = new TreeMap<>();
    assertNoneIsProvedThatLives(snapshot(jdk, LockOwners.class, found), found);
    assertThat(found)
        .containsEntry("live/lock-owner", BY_INTERRUPT)
        .containsEntry("live/mutex-owner", BY_INTERRUPT)
        .containsEntry("leak/QUEUE_CONSUMER_ABANDONED/plain-owner", PROVEN)
        .containsEntry("leak/BEHIND_LEAKED_OWNER/plain-waiter", PROVEN);
  }

  /** Which no heap dump has. */
  @ParameterizedTest
  @MethodSource("jdks")
  void weakReferencesOfNativeCodeAreWays(Jdk jdk) throws IOException, InterruptedException {
    Path source = Path.of("../reachability-analyzer/src/test/c/weakly.c");
    String library = NativeLibrary.build(jdk, source, directory);
    Map<String, String> found = new TreeMap<>();
    snapshot(jdk, KnownWeakly.class, found, library);
    assertThat(found).containsOnly(Map.entry("live/known-weakly", "LEAKED WEAKLY_HELD"));
  }

  /** It lives, so the island has nothing of it but what tells how large it is. */
  @ParameterizedTest
  @MethodSource("jdks")
  void poolInUseIsToldWithItsSizeAndItsQueue(Jdk jdk) throws IOException {
    Map<String, String> found = new TreeMap<>();
    snapshot(jdk, PoolsInUse.class, found);
    assertThat(evidence)
        .anyMatch(line -> line.matches("(all 2|1 of 2) workers of a ThreadPoolExecutor in use .*"))
        .contains("3 tasks are in its queue", "it has 2 threads at most")
        .anyMatch(line -> line.matches("(all 2|1 of 2) workers of a ForkJoinPool in use .*"));
    assertThat(found)
        .doesNotContainKeys("live/fixed", "live/cached", "live/fork-join", "live/idle");
  }

  private static void assertNoneIsProvedThatLives(List<String> names, Map<String, String> found) {
    for (String name : names) {
      if (name.startsWith("live/")) {
        assertThat(found.getOrDefault(name, "")).as(name).isNotEqualTo(PROVEN);
      }
    }
  }

  /** Puts in what is found, and returns the names of the program's threads. */
  private List<String> snapshot(
      Jdk jdk, Class<?> program, Map<String, String> found, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of("-XX:+EnableDynamicAgentLoading", program.getName()));
    command.addAll(List.of(arguments));
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      SnapshotResult result =
          ForkedTarget.snapshots(jvm, directory)
              .take(
                  SnapshotRequest.ofAll(JdkRules.rules()).withAtLeast(SnapshotRequest.Reach.WEAK));
      assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
      found.putAll(found(((SnapshotResult.Unreached) result).island()));
      return Expected.threadNames(jvm.output());
    }
  }

  private Map<String, String> found(Island island) throws IOException {
    Path dump = directory.resolve("island.hprof");
    IslandHprof.write(island, dump, System.currentTimeMillis());
    Map<String, String> found = new TreeMap<>();
    for (Finding finding :
        new LeakAnalyzer()
            .facts(new IslandFacts(island, /* steady= */ true))
            .analyze(dump)
            .findings()) {
      evidence.addAll(finding.evidence());
      String verdict =
          finding.verdict() == Verdict.LEAKED
              ? finding.verdict() + " " + finding.confidence().orElseThrow()
              : finding.verdict().toString();
      for (FoundThread thread : finding.threads()) {
        found.put(thread.name(), verdict);
      }
    }
    return found;
  }
}
