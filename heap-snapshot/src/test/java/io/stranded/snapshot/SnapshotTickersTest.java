package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Expected;
import io.stranded.corpus.Found;
import io.stranded.corpus.Tickers;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who runs for ever without anybody to stop it is named by an island, and nobody else. */
class SnapshotTickersTest {
  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  /** Every thread is asked about: who does not wait with a timeout is none of these. */
  @ParameterizedTest
  @MethodSource("jdks")
  void tickersAreNamedWhoseOwnersNobodyHas(Jdk jdk) throws IOException {
    List<String> command =
        List.of("-XX:+EnableDynamicAgentLoading", Tickers.class.getName(), "false");
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      // A timer is its finalizer's, or its cleaner's, until the collector has seen that it is lost.
      jvm.jcmd("GC.run");
      jvm.jcmd("GC.run_finalization");
      jvm.jcmd("GC.run");
      Map<String, String> expected = new TreeMap<>();
      for (String name : Expected.threadNames(jvm.output())) {
        Expected.of(name)
            .filter(wanted -> wanted.kind() == Expected.Kind.SUSPECT)
            .ifPresent(
                wanted -> expected.put(name, wanted.kind() + " " + wanted.cause().orElseThrow()));
      }
      assertThat(expected).hasSize(2);
      assertThat(found(jvm)).isEqualTo(expected);
    }
  }

  private Map<String, String> found(ForkedJvm jvm) throws IOException {
    Set<Long> all = LongStream.range(1, 200).boxed().collect(Collectors.toSet());
    SnapshotRequest request =
        SnapshotRequest.ofAll(JdkRules.rules())
            .withTickers(all)
            .withAtLeast(SnapshotRequest.Reach.WEAK);
    SnapshotResult result = ForkedTarget.snapshots(jvm, directory).take(request);
    assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
    SnapshotFigures figures = ((SnapshotResult.Unreached) result).figures();
    assertThat(figures.candidates()).as("who does run, now and then").isZero();
    Island island = ((SnapshotResult.Unreached) result).island();
    Path dump = directory.resolve("island.hprof");
    IslandHprof.write(island, dump, System.currentTimeMillis());
    return Found.in(
        new LeakAnalyzer().facts(new IslandFacts(island, /* steady= */ true)).analyze(dump));
  }
}
