package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever befalls the search for who holds a thread: what was decided by then stands. */
class SnapshotFaultyWaysTest {
  private static final String CRASHED =
      "the snapshot's process crashed with signal 11 while it looked for ways";

  /** The faults of {@code faulty_ways.c}, and what is said of each. */
  private static final Map<Long, String> FAULTS =
      Map.of(
          1L, CRASHED,
          2L, "no memory for the snapshot's own tables",
          3L, "the snapshot's process was ended by signal 9",
          4L, "the snapshot took longer than allowed");

  private static final long NO_THREAD = 1L << 40;

  @TempDir static Path built;
  @TempDir Path directory;

  @BeforeAll
  static void buildLibrary() throws IOException, InterruptedException {
    // Skips where there is no compiler.
    ForkedTarget.library();
    Process process =
        new ProcessBuilder(
                "sh", "src/test/c/faulty.sh", built.toString(), System.getProperty("java.home"))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
  }

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void verdictOutlivesTheSearchForWays(Jdk jdk) {
    List<String> command =
        List.of("-XX:+EnableDynamicAgentLoading", LeaksAndTwins.class.getName(), "10");
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      SnapshotRequest request =
          SnapshotRequest.ofAll(JdkRules.rules()).withDeadline(Duration.ofSeconds(2));
      List<Long> leaked = unreached(ForkedTarget.snapshots(jvm, directory).take(request));
      Snapshots faulty =
          ForkedTarget.snapshots(jvm, built.resolve("libstranded-snapshot.so"), directory);
      FAULTS.forEach(
          (fault, why) -> {
            SnapshotResult result = faulty.take(request.withWays(Set.of(fault)));
            assertThat(unreached(result)).as(why).isEqualTo(leaked).isNotEmpty();
            assertMissing(((SnapshotResult.Unreached) result).ways(), why);
          });
      SnapshotResult result = faulty.take(ofNobody(request).withWays(Set.of(1L)));
      assertThat(result).isInstanceOf(SnapshotResult.AllLive.class);
      assertMissing(((SnapshotResult.AllLive) result).ways(), CRASHED);
    }
  }

  private static SnapshotRequest ofNobody(SnapshotRequest request) {
    return request.withThreads(Map.of(NO_THREAD, SnapshotRequest.Handle.BY_INTERRUPT));
  }

  private static List<Long> unreached(SnapshotResult result) {
    assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
    return ((SnapshotResult.Unreached) result)
        .island().waiters().stream().map(Island.Waiter::id).toList();
  }

  private static void assertMissing(Ways ways, String why) {
    assertThat(ways.missing()).contains(why);
    assertThat(ways.byThread()).isEmpty();
  }
}
