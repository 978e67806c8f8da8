package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.HiddenData;
import io.stranded.corpus.InFlight;
import io.stranded.corpus.MissingTypes;
import io.stranded.corpus.ScalarReplaced;
import io.stranded.corpus.UnkeptLoader;
import io.stranded.corpus.VirtualMonitors;
import io.stranded.finding.FoundThread;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What heap dumps leave out is in a snapshot: whoever is only reached by it is not leaked, in each
 * of {@code -Dstranded.snapshots} snapshots.
 */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotTruthTest {
  private static final int SNAPSHOTS = Integer.getInteger("stranded.snapshots", 20);
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final int FIRST_THAT_UNMOUNTS_IN_OBJECT_WAIT = 24;
  private static final String LEAKED = "leak/LATCH_NEVER_COUNTED_DOWN/latch";

  @TempDir Path directory;

  /** A program that has threads of which a dump shows no holder. */
  record Run(Jdk jdk, Class<?> program, List<String> options, List<String> arguments) {
    @Override
    public String toString() {
      return jdk + " " + program.getSimpleName() + " " + String.join(" ", arguments);
    }
  }

  static Stream<Run> withoutLeak() {
    List<String> compiled =
        List.of(
            "-XX:CompileCommand=dontinline," + InFlight.class.getName() + "::take",
            "-XX:CompileCommand=dontinline," + InFlight.class.getName() + "::put",
            "-XX:CompileCommand=dontinline," + InFlight.class.getName() + "::arguments");
    List<Run> runs = new ArrayList<>();
    for (Jdk jdk : Jdk.targets()) {
      for (String holder : List.of("holder", "itself", "reflected")) {
        runs.add(new Run(jdk, InFlight.class, compiled, List.of(holder)));
      }
      runs.add(new Run(jdk, UnkeptLoader.class, List.of(), List.of()));
      if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
        runs.add(new Run(jdk, BlockedVirtualThread.class, List.of(), List.of()));
      }
    }
    return runs.stream();
  }

  static Stream<Run> withLeak() {
    List<Run> runs = new ArrayList<>();
    for (Jdk jdk : Jdk.targets()) {
      runs.add(new Run(jdk, HiddenData.class, List.of(), List.of()));
      runs.add(new Run(jdk, MissingTypes.class, List.of(), List.of()));
      runs.add(
          new Run(
              jdk, ScalarReplaced.class, List.of("-Xbatch", "-XX:-TieredCompilation"), List.of()));
      if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
        runs.add(new Run(jdk, InterpretedHolders.class, List.of("-Xint"), List.of()));
        runs.add(new Run(jdk, InterpretedHolders.class, calleesAreCompiled(), List.of("passed")));
      }
    }
    return runs.stream();
  }

  private static List<String> calleesAreCompiled() {
    String compileOnly = "-XX:CompileCommand=compileonly," + InterpretedHolders.class.getName();
    return List.of("-Xcomp", compileOnly + "::parkThenRelease", compileOnly + "::forgetAndPark");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withoutLeak")
  void healthyProgramHasNothingUnreached(Run run) {
    try (ForkedJvm jvm = start(run)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      for (int i = 0; i < SNAPSHOTS; i++) {
        SnapshotRequest strict =
            SnapshotRequest.ofAll(JdkRules.rules()).withAtLeast(SnapshotRequest.Reach.WEAK);
        assertThat(snapshots.take(strict))
            .as("snapshot %d", i)
            .isInstanceOf(SnapshotResult.AllLive.class);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withLeak")
  void onlyTheLeakIsUnreached(Run run) throws IOException {
    try (ForkedJvm jvm = start(run)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      for (int i = 0; i < SNAPSHOTS; i++) {
        SnapshotResult result = snapshots.take(SnapshotRequest.ofAll(JdkRules.rules()));
        assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
        assertThat(leaked(((SnapshotResult.Unreached) result).island())).containsExactly(LEAKED);
      }
    }
  }

  static Stream<Jdk> jdksThatUnmountInObjectWait() {
    return Jdk.targets().stream()
        .filter(jdk -> jdk.feature() >= FIRST_THAT_UNMOUNTS_IN_OBJECT_WAIT);
  }

  @ParameterizedTest
  @MethodSource("jdksThatUnmountInObjectWait")
  void monitorOfAVirtualThreadTellsWhetherItIsLeaked(Jdk jdk) throws IOException {
    try (ForkedJvm jvm = start(new Run(jdk, VirtualMonitors.class, List.of(), List.of()))) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      for (int i = 0; i < SNAPSHOTS; i++) {
        SnapshotResult result =
            snapshots.take(
                SnapshotRequest.ofAll(JdkRules.rules()).withAtLeast(SnapshotRequest.Reach.WEAK));
        assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
        assertThat(leaked(((SnapshotResult.Unreached) result).island()))
            .containsExactly("leak/MONITOR_NEVER_NOTIFIED/dropped");
      }
    }
  }

  private static ForkedJvm start(Run run) {
    List<String> command = new ArrayList<>(run.options());
    command.add("-XX:+EnableDynamicAgentLoading");
    command.add(run.program().getName());
    command.addAll(run.arguments());
    return ForkedJvm.start(run.jdk(), command);
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
