package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.OverloadedService;
import io.stranded.finding.Finding;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A busy, healthy service has no leaked thread in any snapshot. {@code
 * -Dstranded.overload.snapshots=50} takes that many of each JVM.
 */
@Isolated("what runs beside it would starve")
class SnapshotOverloadTest {
  private static final int SNAPSHOTS = Integer.getInteger("stranded.overload.snapshots", 3);
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  @TempDir Path directory;

  static Stream<Arguments> services() {
    return Jdk.targets().stream()
        .flatMap(
            jdk ->
                Stream.of(false, true)
                    .filter(virtual -> !virtual || jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS)
                    .map(virtual -> Arguments.of(jdk, virtual)));
  }

  @ParameterizedTest(name = "{0} virtual={1}")
  @MethodSource("services")
  void overloadedServiceHasNoLeak(Jdk jdk, boolean virtual) throws IOException {
    List<String> command =
        List.of(
            "-XX:+EnableDynamicAgentLoading",
            OverloadedService.class.getName(),
            Boolean.toString(virtual));
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      int written = 0;
      for (int i = 1; i <= SNAPSHOTS; i++) {
        SnapshotResult result = snapshots.take(SnapshotRequest.ofAll(JdkRules.rules()));
        assertThat(result).isNotInstanceOf(SnapshotResult.Refused.class);
        if (result instanceof SnapshotResult.Unreached unreached) {
          written++;
          assertThat(jvm.whileStopped(() -> leaked(unreached.island())))
              .as("snapshot %d of %d", i, SNAPSHOTS)
              .isEmpty();
        }
      }
      System.out.printf(
          "%s virtual=%s: %d snapshots, %d with an island%n", jdk, virtual, SNAPSHOTS, written);
    }
  }

  private List<Finding> leaked(Island island) throws IOException {
    Path dump = directory.resolve("island.hprof");
    IslandHprof.write(island, dump, System.currentTimeMillis());
    try {
      return new LeakAnalyzer()
          .facts(new IslandFacts(island, /* steady= */ false)).analyze(dump).findings().stream()
              .filter(finding -> finding.verdict() == Verdict.LEAKED)
              .toList();
    } finally {
      Files.delete(dump);
    }
  }
}
