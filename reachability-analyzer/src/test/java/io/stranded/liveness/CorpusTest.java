package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Expected;
import io.stranded.corpus.Owners;
import io.stranded.corpus.Synchronizers;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every thread of the corpus gets exactly the verdict and cause that its name asks for. */
class CorpusTest {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  @TempDir Path directory;

  static Stream<Arguments> programs() {
    return Jdk.targets().stream()
        .flatMap(
            jdk ->
                Stream.of(Synchronizers.class, Owners.class)
                    .flatMap(
                        program ->
                            Stream.of(false, true)
                                .filter(v -> !v || jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS)
                                .map(virtual -> Arguments.of(jdk, program, virtual))));
  }

  @ParameterizedTest(name = "{0} {1} virtual={2}")
  @MethodSource("programs")
  void everyThreadGetsTheVerdictItsNameAsksFor(Jdk jdk, Class<?> program, boolean virtual)
      throws IOException {
    Path dump = directory.resolve("corpus.hprof");
    Map<String, String> expected = new TreeMap<>();
    try (ForkedJvm jvm =
        ForkedJvm.start(jdk, List.of(program.getName(), Boolean.toString(virtual)))) {
      jvm.heapDump(dump);
      for (String name : Expected.threadNames(jvm.output())) {
        Expected.of(name)
            .filter(e -> e.kind() != Expected.Kind.LIVE)
            .ifPresent(e -> expected.put(name, e.kind() + " " + e.cause().orElseThrow()));
      }
    }
    LeakProfile profile = new LeakAnalyzer().analyze(dump);
    assertThat(profile.dump().orElseThrow().complete()).isTrue();
    Files.delete(dump);
    assertThat(expected).hasSizeGreaterThan(8);
    assertThat(found(profile)).isEqualTo(expected);
  }

  private static Map<String, String> found(LeakProfile profile) {
    Map<String, String> found = new TreeMap<>();
    for (Finding finding : profile.findings()) {
      for (FoundThread thread : finding.threads()) {
        found.put(thread.name(), kind(finding) + " " + finding.cause());
      }
    }
    return found;
  }

  private static Expected.Kind kind(Finding finding) {
    if (finding.verdict() == Verdict.INCONCLUSIVE) {
      return Expected.Kind.DOUBT;
    }
    Confidence confidence = finding.confidence().orElseThrow();
    return switch (confidence) {
      case PROVEN -> Expected.Kind.LEAK;
      case INTERRUPT_ONLY -> Expected.Kind.HANDLE;
      case WEAKLY_HELD -> Expected.Kind.WEAK;
    };
  }
}
