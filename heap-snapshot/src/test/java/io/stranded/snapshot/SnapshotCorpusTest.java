package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Channels;
import io.stranded.corpus.Expected;
import io.stranded.corpus.Found;
import io.stranded.corpus.KeptAlive;
import io.stranded.corpus.Locks;
import io.stranded.corpus.Owners;
import io.stranded.corpus.Synchronizers;
import io.stranded.finding.Cause;
import io.stranded.finding.LeakProfile;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every thread of the corpus gets the verdict that its name asks for, from an island alone. */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotCorpusTest {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  /** Of a hidden leak another snapshot tells. */
  private static final int LOOKS = 8;

  private static final List<Class<?>> PROGRAMS =
      List.of(Synchronizers.class, Owners.class, Channels.class, Locks.class, KeptAlive.class);

  /**
   * Leaks by what a snapshot knows: dumps do not tell the owners of monitors; and for a queue that
   * has no references none will come.
   */
  private static final Map<String, Cause> LEAKED_ALL_THE_SAME =
      Map.of(
          "live/monitor-held-owner", Cause.QUEUE_CONSUMER_ABANDONED,
          "live/monitor-held-other", Cause.BEHIND_LEAKED_OWNER,
          "live/reference-queue", Cause.SYNCHRONIZER_ABANDONED);

  @TempDir Path directory;

  /** A program of the corpus on a JVM. */
  record Run(Jdk jdk, Class<?> program, boolean virtual) {
    @Override
    public String toString() {
      return jdk + " " + program.getSimpleName() + (virtual ? " virtual" : "");
    }
  }

  static Stream<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (Jdk jdk : Jdk.targets()) {
      for (Class<?> program : PROGRAMS) {
        runs.add(new Run(jdk, program, /* virtual= */ false));
        if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
          runs.add(new Run(jdk, program, /* virtual= */ true));
        }
      }
    }
    return runs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void everyThreadGetsTheVerdictItsNameAsksFor(Run run) throws IOException {
    List<String> command =
        List.of(
            "-XX:+EnableDynamicAgentLoading",
            run.program().getName(),
            Boolean.toString(run.virtual()));
    try (ForkedJvm jvm = ForkedJvm.start(run.jdk(), command)) {
      // A word that an earlier call left on some stack can hide one leak, or a chain of them.
      int alike = 0;
      int half = 0;
      for (int i = 0; i < LOOKS && alike <= half; i++) {
        SnapshotResult result =
            ForkedTarget.snapshots(jvm, directory)
                .take(
                    SnapshotRequest.ofAll(JdkRules.rules())
                        .withAtLeast(SnapshotRequest.Reach.WEAK));
        assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
        Island island = ((SnapshotResult.Unreached) result).island();
        // Which frame of a virtual thread has what is not known: what is steady needs no node.
        boolean steady = run.virtual();
        Map<String, String> found = found(analyzed(island, steady));
        Map<String, String> expected = expected(jvm, steady);
        assertThat(found.keySet()).as("%s", found).isSubsetOf(expected.keySet());
        assertThat(leaked(expected)).as("%s", found).containsAll(leaked(found));
        half = expected.size() / 2;
        alike = alike(expected, found);
      }
      assertThat(alike).isGreaterThan(half);
    }
  }

  private static int alike(Map<String, String> expected, Map<String, String> found) {
    Set<String> alike = new TreeSet<>(expected.keySet());
    alike.removeIf(name -> !Objects.equals(expected.get(name), found.get(name)));
    return alike.size();
  }

  private static Set<String> leaked(Map<String, String> verdicts) {
    Set<String> leaked = new TreeSet<>(verdicts.keySet());
    leaked.removeIf(name -> !verdicts.getOrDefault(name, "").startsWith("LEAK"));
    return leaked;
  }

  private LeakProfile analyzed(Island island, boolean steady) throws IOException {
    Path dump = directory.resolve("island.hprof");
    IslandHprof.write(island, dump, System.currentTimeMillis());
    return new LeakAnalyzer().facts(new IslandFacts(island, steady)).analyze(dump);
  }

  private static Map<String, String> expected(ForkedJvm jvm, boolean virtual) {
    Map<String, String> expected = new TreeMap<>();
    for (String name : Expected.threadNames(jvm.output())) {
      if (LEAKED_ALL_THE_SAME.containsKey(name)) {
        expected.put(name, "LEAK " + LEAKED_ALL_THE_SAME.get(name));
      }
      Expected.of(name)
          .filter(e -> e.kind() != Expected.Kind.LIVE)
          .ifPresent(
              e -> {
                boolean sure = virtual && e.kind() == Expected.Kind.DOUBT;
                expected.put(
                    name, (sure ? Expected.Kind.LEAK : e.kind()) + " " + e.cause().orElseThrow());
              });
    }
    assertThat(expected).isNotEmpty();
    return expected;
  }

  private static Map<String, String> found(LeakProfile profile) {
    assertThat(profile.dump().orElseThrow().complete()).as("%s", profile.notes()).isTrue();
    return Found.in(profile);
  }
}
