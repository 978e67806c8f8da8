package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.corpus.AttachedThread;
import io.stranded.corpus.HealthyRoutes;
import io.stranded.corpus.Timeouts;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.testing.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Routes that dumps show badly are seen by snapshots, {@code -Dstranded.routes} of each program: no
 * healthy thread is proved to be leaked, and all of their leaking twins are.
 */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotRoutesTest {
  private static final int SNAPSHOTS = Integer.getInteger("stranded.routes", 2);

  /** A word that an earlier call left can hide a leak from one of them. */
  private static final int MOST_LOOKS = 10;

  /**
   * What cleaners and finalizers lead to counts as live in a snapshot, which hides some of these.
   */
  private static final Set<String> MAY_BE_HIDDEN =
      Set.of("chain-second", "cleaner", "finalizer", "platform-waiter", "virtual-waiter");

  @TempDir Path directory;

  static Stream<HealthyRoutes.Run> runs() {
    return Jdk.targets().stream()
        .flatMap(HealthyRoutes::on)
        .filter(SnapshotRoutesTest::isForSnapshots);
  }

  /** They look at waits without a timeout, and need to find all virtual threads. */
  private static boolean isForSnapshots(HealthyRoutes.Run run) {
    return run.program() != Timeouts.class
        && !run.options().contains("-Djdk.trackAllThreads=false");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void onlyLeakingTwinsAreProved(HealthyRoutes.Run run) throws IOException {
    judge(run.jdk(), run.command());
  }

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void whatNativeThreadsHoldIsNoLeak(Jdk jdk) throws IOException, InterruptedException {
    Path source = Path.of("../reachability-analyzer/src/test/c/attached.c");
    String library = NativeLibrary.build(jdk, source, directory);
    judge(jdk, HealthyRoutes.run(jdk, AttachedThread.class, library).command());
    judge(jdk, HealthyRoutes.run(jdk, AttachedThread.class, library, "direct").command());
  }

  @ParameterizedTest
  @ValueSource(strings = {"StructuredScopes", "Upcalls"})
  void onlyLeakingTwinsOfLaterReleasesAreProved(String program) throws IOException {
    Optional<Jdk> jdk = Jdk.find(25);
    assumeTrue(jdk.isPresent(), "there is no JDK 25");
    judge(jdk.get(), HealthyRoutes.fromSource(program));
  }

  private void judge(Jdk jdk, List<String> program) throws IOException {
    List<String> command = new ArrayList<>(List.of("-XX:+EnableDynamicAgentLoading"));
    command.addAll(program);
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      Set<String> leaking = HealthyRoutes.leaking(jvm);
      Set<String> missing = new TreeSet<>(leaking);
      missing.removeIf(SnapshotRoutesTest::mayBeHidden);
      for (int i = 0; i < SNAPSHOTS || (i < MOST_LOOKS && !missing.isEmpty()); i++) {
        Set<String> proved = proved(jvm);
        assertThat(proved).as("snapshot %d", i).isSubsetOf(leaking);
        missing.removeAll(proved);
      }
      assertThat(missing).isEmpty();
    }
  }

  private static boolean mayBeHidden(String leak) {
    return MAY_BE_HIDDEN.stream().anyMatch(name -> leak.contains("/" + name + ":"));
  }

  private Set<String> proved(ForkedJvm jvm) throws IOException {
    SnapshotResult result =
        ForkedTarget.snapshots(jvm, directory).take(SnapshotRequest.ofAll(JdkRules.rules()));
    if (!(result instanceof SnapshotResult.Unreached unreached)) {
      assertThat(result).isInstanceOf(SnapshotResult.AllLive.class);
      return Set.of();
    }
    Path dump = directory.resolve("island.hprof");
    IslandHprof.write(unreached.island(), dump, System.currentTimeMillis());
    return HealthyRoutes.proved(
        new LeakAnalyzer()
            .facts(new IslandFacts(unreached.island(), /* steady= */ true))
            .analyze(dump));
  }
}
