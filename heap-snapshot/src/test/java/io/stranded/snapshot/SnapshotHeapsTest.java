package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.FoundThread;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exactly the planted leaks are found with every collector and every form of heap, while compiler,
 * collector and class unloading are busy; {@code -Dstranded.snapshots} times each.
 */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotHeapsTest {
  /** Of a hidden leak another snapshot tells. */
  private static final int MOST = 100;

  private static final int SNAPSHOTS = Integer.getInteger("stranded.snapshots", 5);
  private static final int FIRST_WITH_COMPACT_HEADERS = 24;

  private static final List<String> LEAKS =
      List.of("LEAK-0", "LEAK-1", "LEAK-2", "LEAK-3", "LEAK-4", "LEAK-behind", "LEAK-holder");

  private static final List<List<String>> HEAPS =
      List.of(
          List.of("-XX:+UseG1GC"),
          List.of("-XX:+UseSerialGC"),
          List.of("-XX:+UseParallelGC"),
          List.of(
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:+UseShenandoahGC",
              "-XX:ShenandoahGCHeuristics=aggressive"),
          List.of("-XX:-UseCompressedOops"),
          List.of("-XX:-UseCompressedOops", "-XX:-UseCompressedClassPointers"),
          List.of("-XX:ObjectAlignmentInBytes=16"),
          List.of("-Xshare:off"),
          List.of("-Xint"));

  private static final List<List<String>> COMPACT =
      List.of(
          List.of("-XX:+UseCompactObjectHeaders"),
          List.of("-XX:+UseCompactObjectHeaders", "-XX:-UseCompressedOops"),
          List.of(
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:+UseCompactObjectHeaders",
              "-XX:+UseShenandoahGC",
              "-XX:ShenandoahGCHeuristics=aggressive"));

  @TempDir Path directory;

  /** A JVM with a heap. */
  record Run(Jdk jdk, List<String> options) {
    @Override
    public String toString() {
      return jdk + " " + String.join(" ", options);
    }
  }

  static Stream<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (Jdk jdk : Jdk.targets()) {
      HEAPS.forEach(options -> runs.add(new Run(jdk, options)));
      if (jdk.feature() >= FIRST_WITH_COMPACT_HEADERS) {
        COMPACT.forEach(options -> runs.add(new Run(jdk, options)));
      }
    }
    return runs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void exactlyThePlantedLeaksAreFound(Run run) throws IOException {
    List<String> command = new ArrayList<>(run.options());
    command.addAll(
        List.of(
            "-Xmx400m",
            "-XX:+EnableDynamicAgentLoading",
            LeaksAndTwins.class.getName(),
            "50",
            "busy"));
    try (ForkedJvm jvm = ForkedJvm.start(run.jdk(), command)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      Set<String> found = new TreeSet<>();
      for (int i = 0; i < SNAPSHOTS || (i < MOST && !found.containsAll(LEAKS)); i++) {
        SnapshotResult result = snapshots.take(SnapshotRequest.ofAll(JdkRules.rules()));
        // A word that an earlier call left on the stack of a running thread can hide one, or all.
        if (result instanceof SnapshotResult.AllLive) {
          continue;
        }
        assertThat(result).as("snapshot %d", i).isInstanceOf(SnapshotResult.Unreached.class);
        List<String> leaked = leaked(((SnapshotResult.Unreached) result).island());
        assertThat(leaked).as("snapshot %d", i).isSubsetOf(LEAKS);
        found.addAll(leaked);
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(LEAKS);
      assertThat(jvm.output()).noneMatch(line -> line.contains("Exception"));
    }
  }

  private List<String> leaked(Island island) throws IOException {
    Path dump = directory.resolve("island.hprof");
    IslandHprof.write(island, dump, System.currentTimeMillis());
    return new LeakAnalyzer()
        .analyze(dump).findings().stream()
            .flatMap(finding -> finding.threads().stream())
            .map(FoundThread::name)
            .toList();
  }
}
