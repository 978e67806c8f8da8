package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.OverloadedService;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
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
 * A busy, healthy service has no leaked thread in any dump. {@code -Dstranded.overload.dumps=50}
 * takes that many of each JVM.
 */
@Isolated("what runs beside it would starve")
class OverloadTest {
  private static final int DUMPS = Integer.getInteger("stranded.overload.dumps", 3);
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
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk, List.of(OverloadedService.class.getName(), Boolean.toString(virtual)))) {
      for (int i = 1; i <= DUMPS; i++) {
        Path dump = directory.resolve("overload.hprof");
        // With and without a collection first, in turn.
        jvm.jcmd(
            i % 2 == 0
                ? new String[] {"GC.heap_dump", dump.toString()}
                : new String[] {"GC.heap_dump", "-all", dump.toString()});
        LeakProfile profile = jvm.whileStopped(() -> new LeakAnalyzer().analyze(dump));
        Files.delete(dump);
        assertThat(profile.dump().orElseThrow().complete()).isTrue();
        assertThat(profile.threads().candidates()).isPositive();
        assertThat(leaked(profile)).as("dump %d of %d", i, DUMPS).isEmpty();
      }
    }
  }

  /** Of any confidence; but that an interrupt alone ends a wait is true of some of its threads. */
  private static List<Finding> leaked(LeakProfile profile) {
    return profile.findings().stream()
        .filter(finding -> finding.verdict() == Verdict.LEAKED)
        .filter(finding -> !waitsToBeInterrupted(finding))
        .toList();
  }

  private static boolean waitsToBeInterrupted(Finding finding) {
    return finding.confidence().filter(Confidence.INTERRUPT_ONLY::equals).isPresent()
        && finding.threads().stream()
            .allMatch(thread -> thread.name().startsWith("live/interrupted"));
  }
}
