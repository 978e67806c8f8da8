package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.corpus.OverloadedService;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The packed sidecar on a healthy service that has far more to do than there are processors: {@code
 * -Dstranded.overload.seconds=600} watches for ten minutes each, by heap dumps too, and on all
 * JDKs.
 */
@Isolated("what runs beside it would starve")
class OverloadIT {
  private static final Optional<Integer> SECONDS =
      Optional.ofNullable(Integer.getInteger("stranded.overload.seconds"));
  private static final int FEW_SECONDS = 5;
  private static final int NEWEST = 25;

  private final Path directory;

  OverloadIT(@TempDir Path directory) {
    this.directory = directory;
  }

  static Stream<Arguments> proofs() {
    if (SECONDS.isEmpty()) {
      return Stream.of(Arguments.of(Jdk.find(NEWEST).orElse(Jdk.current()), Proof.SNAPSHOT));
    }
    return Jdk.targets().stream()
        .flatMap(
            jdk -> Stream.of(Proof.SNAPSHOT, Proof.DUMP).map(proof -> Arguments.of(jdk, proof)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("proofs")
  void healthyServiceThatIsOverloadedHasNoFinding(Jdk jdk, Proof proof) throws IOException {
    Path report = directory.resolve("report.jsonl");
    // An agent that looks so often that it sees the short waits of this service.
    List<String> command =
        List.of(
            "-XX:TieredStopAtLevel=4",
            "-javaagent:" + Distribution.agent() + "=threshold=100ms,period=50ms",
            OverloadedService.class.getName(),
            "false");
    // It takes all that nobody else wants, which is enough to be overloaded.
    try (ForkedJvm target = ForkedJvm.startBehind(List.of("nice"), jdk, command)) {
      Distribution watch =
          Distribution.start(
              "watch",
              "--min-age=300ms",
              "--interval=200ms",
              "--proof=" + proof,
              "--snapshot-interval=100ms",
              "--dump-interval=1s",
              "--reprove-interval=1s",
              "--confidence=weakly-held",
              "--format=json",
              "--output=" + report,
              "--dump-dir=" + directory,
              Long.toString(target.pid()));
      watch.awaitLog("and analyzed");
      watch.stopAfter(SECONDS.orElse(FEW_SECONDS));
      List<Finding> found = new ArrayList<>();
      for (String line : Files.readAllLines(report)) {
        found.addAll(ProfileJsonReader.parse(line).findings());
      }
      assertThat(found).as(watch.log()).filteredOn(f -> !waitsToBeInterrupted(f)).isEmpty();
    }
  }

  /** Whoever is to interrupt them has their handles: so the report says, and no more than that. */
  private static boolean waitsToBeInterrupted(Finding finding) {
    return finding.confidence().filter(Confidence.INTERRUPT_ONLY::equals).isPresent()
        && finding.threads().stream()
            .allMatch(thread -> thread.name().startsWith("live/interrupted"));
  }
}
