package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaks among thousands of platform threads, and a hundred thousand virtual ones, are found. */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotScaleTest {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 24;
  private static final int LEAKS = 5;

  @TempDir Path directory;

  /** A JVM with many threads. */
  record Run(Jdk jdk, List<String> options, List<String> arguments) {
    @Override
    public String toString() {
      return jdk + " " + String.join(" ", options) + " " + String.join(" ", arguments);
    }
  }

  private static final int TRIES = 5;
  private static final int TARGETS = 5;

  /** For long, 100,000. */
  private static final String VIRTUAL = System.getProperty("stranded.virtual", "10000");

  /** The stacks of virtual threads look different with each of them. */
  private static final List<String> VIRTUAL_OPTIONS =
      List.of(
          "-XX:-UseCompressedOops",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+UseParallelGC",
          "-XX:+UseSerialGC",
          "-XX:+UseShenandoahGC");

  static Stream<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (Jdk jdk : Jdk.targets()) {
      runs.add(new Run(jdk, List.of(), List.of("3000")));
      if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
        runs.add(new Run(jdk, List.of(), List.of(VIRTUAL, "virtual")));
        for (String option : VIRTUAL_OPTIONS) {
          runs.add(new Run(jdk, List.of(option), List.of(VIRTUAL, "virtual")));
        }
      }
    }
    return runs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void noOtherThanTheLeaksAreFoundAmongManyThreads(Run run) {
    SnapshotResult result = taken(run);
    // A word that an earlier call left where it stays may hide them all from any snapshot.
    for (int i = 1; i < TARGETS && result instanceof SnapshotResult.AllLive; i++) {
      result = taken(run);
    }
    assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
    SnapshotFigures figures = ((SnapshotResult.Unreached) result).figures();
    assertThat(figures.candidates())
        .isGreaterThanOrEqualTo(Integer.parseInt(run.arguments().get(0)) + LEAKS);
    assertThat(figures.unreached()).as("%s", figures).isBetween(1L, (long) LEAKS);
  }

  private SnapshotResult taken(Run run) {
    List<String> command = new ArrayList<>(run.options());
    command.addAll(
        List.of("-Xmx1g", "-XX:+EnableDynamicAgentLoading", ManyThreads.class.getName()));
    command.addAll(run.arguments());
    try (ForkedJvm jvm = ForkedJvm.start(run.jdk(), command)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      SnapshotRequest request = SnapshotRequest.ofAll(JdkRules.rules());
      SnapshotResult result = snapshots.take(request);
      for (int i = 1; i < TRIES && result instanceof SnapshotResult.AllLive; i++) {
        result = snapshots.take(request);
      }
      assertThat(jvm.process().isAlive()).isTrue();
      return result;
    }
  }
}
