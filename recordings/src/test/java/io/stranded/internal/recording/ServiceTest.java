package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.internal.recording.programs.Service;
import io.stranded.internal.trend.Shape;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server with many threads by design, leaking and healthy, recorded by the JDK alone: over time,
 * with a heap dump, and mixed with another JVM.
 */
@Execution(ExecutionMode.CONCURRENT)
final class ServiceTest {
  private static final int ROUNDS = 40;

  /** The program runs for seconds only. */
  private static final ReplayOptions OPTIONS =
      ReplayOptions.defaults()
          .withLimits(
              TrendLimits.DEFAULTS
                  .withLeastSpan(Duration.ofSeconds(1))
                  .withLearning(Duration.ofSeconds(1)));

  private final Path directory;

  ServiceTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void whatBecomesMoreIsSuspectAndProvedWithAHeapDump(Jdk jdk) throws IOException {
    Path before;
    Path heap;
    Path whole;
    try (ForkedJvm jvm = start(jdk, "leaking")) {
      before = RealRecordings.dump(jvm, directory.resolve("before.jfr"));
      heap = jvm.heapDump(directory.resolve("heap.hprof"));
      whole = RealRecordings.dump(jvm, directory.resolve("whole.jfr"));
    }
    RecordedJvm recorded = read(whole);
    LeakProfile suspects = recorded.suspects();
    assertThat(threads(suspects, Verdict.SUSPECT))
        .containsEntry("price-import", ROUNDS)
        .containsEntry("mail", ROUNDS)
        .containsEntry("audit", ROUNDS)
        .doesNotContainKeys("steady", "filling", "listener", "request");
    assertThat(finding(suspects, "mail").evidence())
        // It stops before the recording does, for as long as the machine takes.
        .anyMatch(line -> line.matches("number over time: (rising by|rose until) .*"))
        .anyMatch(line -> line.contains("none ended"));
    assertThat(suspects.hasLeaks()).isFalse();

    LeakProfile alone = new LeakAnalyzer().analyze(heap);
    assertThat(threads(alone, Verdict.INCONCLUSIVE)).containsOnlyKeys("parked");
    LeakProfile proved = prove(recorded, heap);
    assertThat(threads(proved, Verdict.LEAKED))
        .isEqualTo(Map.of("price-import", ROUNDS, "mail", ROUNDS));
    // Anybody may list all threads, and unpark it.
    assertThat(threads(proved, Verdict.INCONCLUSIVE)).isEqualTo(Map.of("parked", 1));
    Finding parked = finding(proved, "parked");
    assertThat(parked.threads()).allMatch(thread -> thread.parkedFor().isPresent());
    assertThat(parked.createdBy()).anyMatch(frame -> frame.contains("Service.park(Service.java:"));
    assertThat(parked.evidence()).anyMatch(line -> line.contains("before the dump and after it"));
    assertThat(proved.target()).isEqualTo(suspects.target());
    assertThat(threads(proved, Verdict.SUSPECT)).isEqualTo(Map.of("audit", ROUNDS));
    Finding audit = finding(proved, "audit");
    assertThat(audit.cause()).isEqualTo(Cause.FORGOTTEN_WAITER);
    assertThat(audit.evidence())
        .anyMatch(line -> line.startsWith("held by") && line.contains("Service.AUDIT"))
        .anyMatch(line -> line.contains("none ended"));

    LeakProfile early = prove(read(before), heap);
    assertThat(threads(early, Verdict.INCONCLUSIVE))
        .as("the recording ended before the dump, and the wait may have")
        .containsOnlyKeys("parked");
    assertThat(finding(early, "parked").createdBy()).isNotEmpty();
    assertThat(early.notes()).anyMatch(note -> note.contains("before the heap dump was taken"));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void manyThreadsByDesignAreNoSuspects(Jdk jdk) throws IOException {
    Path file;
    Path heap;
    try (ForkedJvm jvm = start(jdk, "healthy")) {
      heap = jvm.heapDump(directory.resolve("heap.hprof"));
      file = RealRecordings.dump(jvm, directory.resolve("healthy.jfr"));
    }
    RecordedJvm recorded = read(file);
    LeakProfile profile = recorded.suspects();
    assertThat(threads(profile, Verdict.SUSPECT)).isEmpty();
    assertThat(profile.threads().candidates()).isGreaterThanOrEqualTo(65);
    assertThat(profile.notes())
        .anyMatch(note -> note.contains("20 threads (steady)") && note.contains("level"))
        .anyMatch(note -> note.contains("5 threads (listener)"))
        .anyMatch(note -> note.contains("(filling)") && note.contains("all of one pool"));
    assertThat(prove(recorded, heap).findings()).isEmpty();

    TrendReport trends = recorded.trends();
    assertThat(group(trends, "importPrices").started()).isEqualTo(ROUNDS);
    assertThat(group(trends, "importPrices").ended()).isEqualTo(ROUNDS);
    assertThat(group(trends, "serve").started()).isEqualTo(ROUNDS * (ROUNDS + 1L) / 2);
    assertThat(group(trends, "serve").trend().shape().rises()).isFalse();
    assertThat(group(trends, "startPool").trend().shape()).isEqualTo(Shape.LEVELLED);
    assertThat(trends.all().now()).isGreaterThan(65);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void severalJvmsInOneFileAreToldApart(Jdk jdk) throws IOException {
    Path leaking;
    Path healthy;
    Path heap;
    try (ForkedJvm jvm = start(jdk, "leaking")) {
      heap = jvm.heapDump(directory.resolve("heap.hprof"));
      leaking = RealRecordings.dump(jvm, directory.resolve("leaking.jfr"));
    }
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "healthy")) {
      healthy = RealRecordings.dump(jvm, directory.resolve("healthy.jfr"));
    }
    Path mixed = directory.resolve("mixed.jfr");
    Files.write(mixed, Files.readAllBytes(healthy));
    Files.write(mixed, Files.readAllBytes(leaking), java.nio.file.StandardOpenOption.APPEND);
    Path temp = Files.createDirectory(directory.resolve("temp"));
    List<RecordedJvm> jvms =
        RecordingAnalyzer.read(List.of(mixed), OPTIONS.withTempDirectory(temp));
    assertThat(temp).isEmptyDirectory();
    assertThat(jvms).hasSize(2);
    assertThat(jvms.get(0).suspects().findings())
        .isEqualTo(read(leaking).suspects().findings())
        .isNotEmpty();
    assertThat(jvms.get(1).suspects().findings()).isEqualTo(read(healthy).suspects().findings());
    assertThat(prove(jvms.get(0), heap).hasLeaks()).isTrue();
    assertThatThrownBy(() -> prove(jvms.get(1), heap))
        .isInstanceOf(UnreadableRecordingException.class)
        .hasMessageContaining("is not of the JVM that was recorded");
    assertThatThrownBy(() -> RecordingAnalyzer.analyze(List.of(healthy, leaking), OPTIONS))
        .isInstanceOf(UnreadableRecordingException.class)
        .hasMessageContaining("several JVMs");
  }

  private ForkedJvm start(Jdk jdk, String mode) {
    return ForkedJvm.start(
        jdk,
        List.of(
            "-XX:FlightRecorderOptions:repository=" + directory,
            "-XX:StartFlightRecording",
            Service.class.getName(),
            mode,
            Integer.toString(ROUNDS)));
  }

  private static RecordedJvm read(Path file) throws IOException {
    return RecordingAnalyzer.read(List.of(file), OPTIONS).get(0);
  }

  private static LeakProfile prove(RecordedJvm recorded, Path heap) throws IOException {
    return recorded.prove(heap, new LeakAnalyzer(), ThreadFacts.NONE);
  }

  /** Numbers of threads by name. */
  private static Map<String, Integer> threads(LeakProfile profile, Verdict verdict) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Finding finding : profile.findings()) {
      if (finding.verdict() == verdict) {
        for (FoundThread thread : finding.threads()) {
          counts.merge(thread.name(), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private static Finding finding(LeakProfile profile, String thread) {
    Optional<Finding> found =
        profile.findings().stream()
            .filter(finding -> finding.threads().stream().anyMatch(t -> t.name().equals(thread)))
            .findFirst();
    return found.orElseThrow();
  }

  /** The threads that a method of the program started. */
  private static TrendReport.Group group(TrendReport trends, String method) {
    return trends.groups().stream()
        .filter(group -> group.name().startsWith(Service.class.getName() + "." + method + "("))
        .findFirst()
        .orElseThrow();
  }
}
