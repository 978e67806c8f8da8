package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.Verdict;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.Unmoved;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed sidecar names the threads that no heap proves to be stuck, and nobody beside them. */
@EnabledOnOs(OS.LINUX)
@Isolated("where other JVMs take the processors, snapshots see tickers as held")
@Execution(ExecutionMode.CONCURRENT)
class SuspectsIT {
  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  /** The last ones to be named take ten times the patience that all the healthy ones get. */
  @ParameterizedTest
  @MethodSource("jdks")
  void eachOfTheStuckIsNamedByItsCauseAndNobodyElse(Jdk jdk) throws IOException {
    ReportFile report = new ReportFile(directory.resolve("report.jsonl"));
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Unmoved.class.getName()))) {
      Distribution watch =
          report.watch(
              directory.resolve("dumps"), List.of("--interval=200ms", Long.toString(target.pid())));
      report.await(finding -> names(finding).contains("stuck-spinner"));
      target.send("stop spinning");
      for (String last :
          List.of(
              "stuck-client", "stuck-producer", "stuck-loop", "stuck-timer", "stuck-scheduler")) {
        report.await(finding -> names(finding).contains(last));
      }
      report.await(SuspectsIT::isHeld);
      watch.process().destroy();
      watch.await();
    }
    Map<String, Cause> named = new TreeMap<>();
    for (Finding finding : report.findings()) {
      assertThat(finding.verdict()).isEqualTo(Verdict.SUSPECT);
      if (finding.cause() == Cause.FORGOTTEN_WAITER) {
        assertThat(finding.evidence())
            .anyMatch(
                line ->
                    line.startsWith(
                        "held by class io.stranded.watch.programs.Unmoved.AUDIT -> "
                            + "java.util.concurrent.ArrayBlockingQueue.notFull -> "
                            + "java.util.concurrent.locks.AbstractQueuedSynchronizer"
                            + "$ConditionObject: "));
      }
      names(finding).forEach(name -> named.put(name, finding.cause()));
    }
    assertThat(named)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("stuck-asleep", Cause.SLEEPS_FOR_EVER),
                Map.entry("stuck-parked", Cause.SLEEPS_FOR_EVER),
                Map.entry("stuck-latch", Cause.SLEEPS_FOR_EVER),
                Map.entry("stuck-wait", Cause.SLEEPS_FOR_EVER),
                Map.entry("stuck-http", Cause.IO_WITHOUT_DEADLINE),
                Map.entry("stuck-spinner", Cause.SPINNING),
                Map.entry("stuck-producer", Cause.FORGOTTEN_WAITER),
                Map.entry("stuck-loop", Cause.GROWING),
                Map.entry("stuck-timer", Cause.ORPHANED_TICKER),
                Map.entry("stuck-scheduler", Cause.ORPHANED_TICKER),
                Map.entry("stuck-client", Cause.IO_WITHOUT_DEADLINE)));
  }

  private static boolean isHeld(Finding finding) {
    return names(finding).contains("stuck-asleep")
        && finding.evidence().stream()
            .anyMatch(
                line ->
                    line.endsWith(
                        " held by class io.stranded.watch.programs.Unmoved.KEPT -> "
                            + "java.util.ArrayList.elementData -> java.lang.Object[][0] -> "
                            + "java.lang.Thread"));
  }

  private static List<String> names(Finding finding) {
    return finding.threads().stream().map(FoundThread::name).toList();
  }
}
