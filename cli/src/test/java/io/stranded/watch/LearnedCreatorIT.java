package io.stranded.watch;

import static io.stranded.watch.ReportFile.firstSeen;
import static io.stranded.watch.ReportFile.stage;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.Life.Stage;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.LateWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A finding of which it is known later than it is told where its threads come from goes on under
 * the fingerprint that says so.
 */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class LearnedCreatorIT {
  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void findingGoesOnUnderItsNewFingerprint(Jdk jdk) throws IOException {
    ReportFile report = new ReportFile(directory.resolve("report.jsonl"));
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(LateWorker.class.getName()))) {
      Distribution watch =
          report.watch(
              directory.resolve("dumps"), List.of("--interval=200ms", Long.toString(target.pid())));
      // Its worker is older than the agent, so that nobody has seen who started it.
      Finding before = report.await(finding -> finding.count() == 1);
      assertThat(before.cause()).isEqualTo(Cause.POOL_EXHAUSTED);
      assertThat(before.createdBy()).isEmpty();
      target.send("another");
      Finding learned =
          report.await(finding -> stage(finding) == Stage.OPENED && !sameKind(finding, before));
      assertThat(learned.aliases()).contains(before.fingerprint());
      assertThat(learned.count()).isEqualTo(2);
      assertThat(learned.createdBy())
          .anyMatch(frame -> frame.startsWith("io.stranded.watch.programs.LateWorker.occupy"));
      assertThat(firstSeen(learned)).isEqualTo(firstSeen(before));
      Finding last =
          report.await(finding -> stage(finding) == Stage.RESOLVED && sameKind(finding, before));
      assertThat(last.evidence())
          .anyMatch(line -> line.startsWith("told as " + learned.fingerprint()));
      watch.process().destroy();
      watch.await();
      List<Finding> after = report.findings();
      assertThat(after.subList(after.indexOf(last) + 1, after.size()))
          .isNotEmpty()
          .noneMatch(finding -> sameKind(finding, before));
    }
  }

  private static boolean sameKind(Finding one, Finding other) {
    return one.fingerprint().equals(other.fingerprint());
  }
}
