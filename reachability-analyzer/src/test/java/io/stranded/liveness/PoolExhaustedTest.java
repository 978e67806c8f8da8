package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Expected;
import io.stranded.corpus.Found;
import io.stranded.corpus.PoolsInUse;
import io.stranded.corpus.ServerPools;
import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pool in use that loses workers is told as such, with its size; one that does not is not. */
class PoolExhaustedTest {
  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void poolsOfTheJdkAreToldWithWhatIsLeftOfThem(Jdk jdk) throws IOException {
    LeakProfile profile = analyze(jdk, PoolsInUse.class);
    assertThat(of(profile, "fixed-1").evidence())
        .contains(
            "what they wait for: latch never counted down",
            "all 2 workers of a ThreadPoolExecutor in use wait for ever",
            "it has 2 threads at most",
            "3 tasks are in its queue");
    assertThat(of(profile, "fixed-1").blockedOn().state())
        .containsEntry("poolSize", 2)
        .containsEntry("queued", 3)
        .containsEntry("count", 1);
    assertThat(of(profile, "one-of-three-1").evidence())
        .contains("1 of 3 workers of a ThreadPoolExecutor in use waits for ever");
    assertThat(of(profile, "cached-1").evidence())
        .contains(
            "all 2 workers of a ThreadPoolExecutor in use wait for ever",
            "it may have any number of threads");
    assertThat(of(profile, "scheduled-1").evidence())
        .contains("the only worker of a ScheduledThreadPoolExecutor in use waits for ever");
    assertThat(of(profile, "fork-join-1").evidence())
        .contains("all 2 workers of a ForkJoinPool in use wait for ever");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void poolsOfServersAreToldToo(Jdk jdk) throws IOException {
    LeakProfile profile = analyze(jdk, ServerPools.class);
    assertThat(of(profile, "tomcat-1").evidence())
        .contains(
            "all 2 workers of a ThreadPoolExecutor in use wait for ever",
            "0 tasks are in its queue");
    assertThat(of(profile, "jetty-1").evidence())
        .contains(
            "1 of 4 workers of a QueuedThreadPool in use waits for ever",
            "it has 4 threads at most");
  }

  private LeakProfile analyze(Jdk jdk, Class<?> program) throws IOException {
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(program.getName()))) {
      LeakProfile profile =
          new LeakAnalyzer().analyze(jvm.heapDump(directory.resolve("dump.hprof")));
      Map<String, String> expected = new TreeMap<>();
      for (String name : Expected.threadNames(jvm.output())) {
        Expected.of(name)
            .filter(e -> e.kind() != Expected.Kind.LIVE)
            .ifPresent(e -> expected.put(name, e.kind() + " " + e.cause().orElseThrow()));
      }
      assertThat(Found.in(profile)).isEqualTo(expected);
      return profile;
    }
  }

  private static Finding of(LeakProfile profile, String pattern) {
    String name = Expected.name(Expected.Kind.HANDLE, Cause.POOL_EXHAUSTED, pattern);
    return profile.findings().stream()
        .filter(finding -> finding.threads().stream().anyMatch(t -> t.name().equals(name)))
        .findFirst()
        .orElseThrow();
  }
}
