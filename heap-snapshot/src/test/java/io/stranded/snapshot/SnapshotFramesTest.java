package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What frames of random forms have is seen: in none of the snapshots of such programs does anybody
 * leak but the one thread that does. {@code -Dstranded.frames=100} takes that many of each program,
 * and of more programs: by each compiler.
 */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotFramesTest {
  private static final Optional<Integer> MANY =
      Optional.ofNullable(Integer.getInteger("stranded.frames"));
  private static final int SNAPSHOTS = MANY.orElse(8);
  private static final long SEED = Long.getLong("stranded.frames.seed", 0);
  private static final int THREADS = 30;
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  @TempDir Path directory;

  /** A program of random frames on a JVM. */
  record Run(Jdk jdk, List<String> options, String kind) {}

  static Stream<Run> runs() {
    List<List<String>> compilers = new ArrayList<>();
    compilers.add(List.of("-XX:-BackgroundCompilation", "-XX:+UseSerialGC"));
    if (MANY.isPresent()) {
      compilers.add(List.of("-Xint"));
      compilers.add(List.of("-XX:TieredStopAtLevel=1"));
      compilers.add(List.of("-XX:-TieredCompilation"));
    }
    List<Run> runs = new ArrayList<>();
    for (Jdk jdk : Jdk.targets()) {
      for (List<String> compiler : compilers) {
        runs.add(new Run(jdk, compiler, "platform"));
        if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
          runs.add(new Run(jdk, compiler, "virtual"));
        }
      }
    }
    return runs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void onlyTheLeakIsUnreached(Run run) {
    List<String> command = new ArrayList<>(run.options());
    command.add("-XX:+EnableDynamicAgentLoading");
    command.addAll(
        List.of(
            RandomFrames.class.getName(),
            Long.toString(SEED),
            Integer.toString(THREADS),
            run.kind()));
    try (ForkedJvm jvm = ForkedJvm.start(run.jdk(), command)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      int proved = 0;
      for (int i = 0; i < SNAPSHOTS; i++) {
        SnapshotResult result =
            snapshots.take(
                SnapshotRequest.ofAll(JdkRules.rules()).withAtLeast(SnapshotRequest.Reach.WEAK));
        List<String> unreached = new ArrayList<>();
        for (long id : unreached(result)) {
          jvm.send(Long.toString(id));
          unreached.add(jvm.awaitLine(id + " is "));
        }
        assertThat(unreached).as("snapshot %d", i).allMatch(name -> name.endsWith(" is leak"));
        proved += unreached.size();
      }
      assertThat(proved).isPositive();
    }
  }

  private static List<Long> unreached(SnapshotResult result) {
    if (result instanceof SnapshotResult.Unreached unreached) {
      return unreached.island().waiters().stream().map(Island.Waiter::id).toList();
    }
    assertThat(result).isInstanceOf(SnapshotResult.AllLive.class);
    return List.of();
  }
}
