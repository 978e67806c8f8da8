package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.internal.recording.programs.Leaks;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recordings of leaking programs and of their healthy twins, on every JDK that is installed. */
@Execution(ExecutionMode.CONCURRENT)
final class ReplayTest {
  private static final ReplayOptions IN_MEMORY = ReplayOptions.defaults();

  /** Only against a JVM that never flushes. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final ReplayOptions STREAMED = IN_MEMORY.withInMemoryLimit(0);

  private final Path directory;

  ReplayTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void agentEventsTellWhoWaitsAtTheEndAndWhy(Jdk jdk) throws IOException {
    Path file;
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking", "agent")) {
      RealRecordings.release(jvm);
      file = RealRecordings.dump(jvm, directory.resolve("a.jfr"));
    }
    LeakProfile profile = RecordingAnalyzer.analyze(List.of(file), IN_MEMORY);

    assertThat(RealRecordings.causes(profile)).isEqualTo(leaks(jdk));
    assertThat(profile.findings())
        .allSatisfy(finding -> assertThat(finding.verdict()).isEqualTo(Verdict.SUSPECT))
        .allSatisfy(finding -> assertThat(finding.confidence()).isEmpty())
        .allSatisfy(finding -> assertThat(finding.evidence()).isNotEmpty())
        .allSatisfy(
            finding ->
                assertThat(finding.threads())
                    .extracting(FoundThread::parkedFor)
                    .allSatisfy(age -> assertThat(age).isPresent()));
    Finding latch = finding(profile, "latch-1");
    assertThat(latch.threads())
        .extracting(FoundThread::name)
        .containsExactly("latch-1", "latch-2", "latch-3");
    assertThat(latch.blockedOn().type()).isEqualTo("java.util.concurrent.CountDownLatch");
    assertThat(latch.blockedOn().kind()).isEqualTo("parked");
    assertThat(latch.stack()).anyMatch(frame -> frame.contains("Leaks.awaitLatch(Leaks.java:"));
    assertThat(latch.createdBy()).anyMatch(frame -> frame.contains("Leaks.thread(Leaks.java:"));
    assertThat(latch.evidence()).anyMatch(line -> line.contains("one and the same CountDownLatch"));
    assertThat(finding(profile, "heir").evidence()).anyMatch(line -> line.contains("has ended"));
    assertThat(profile.target())
        .hasValueSatisfying(
            target -> assertThat(target.javaVersion()).startsWith(jdk.feature() + "."));
    assertThat(profile.notes()).noneMatch(note -> note.contains("agent"));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void waitsThatEndedAreNoSuspects(Jdk jdk) throws IOException {
    Path before;
    Path after;
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "healthy", "agent")) {
      before = RealRecordings.dump(jvm, directory.resolve("before.jfr"));
      RealRecordings.release(jvm);
      after = RealRecordings.dump(jvm, directory.resolve("after.jfr"));
    }
    // The same waits would be found if nothing had ended them.
    assertThat(RealRecordings.causes(RecordingAnalyzer.analyze(List.of(before), IN_MEMORY)))
        .containsKeys("latch-1", "heir");
    for (ReplayOptions options : List.of(IN_MEMORY, STREAMED)) {
      LeakProfile profile = RecordingAnalyzer.analyze(List.of(after), options);
      assertThat(profile.findings()).isEmpty();
      assertThat(profile.threads().candidates()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void withoutTheAgentTheLastThreadDumpTellsWhoWaits(Jdk jdk) throws IOException {
    Path once;
    Path often;
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking")) {
      once = RealRecordings.dump(jvm, directory.resolve("once.jfr"));
      RealRecordings.dump(jvm, directory.resolve("twice.jfr"));
      often = RealRecordings.dump(jvm, directory.resolve("often.jfr"));
    }
    Map<String, String> platformLeaks = leaks(jdk);
    platformLeaks.remove("virtual");
    // No dump tells who owns a lock, and one dump shows any busy lock so.
    platformLeaks.remove("heir");

    LeakProfile first = RecordingAnalyzer.analyze(List.of(once), IN_MEMORY);
    assertThat(RealRecordings.causes(first)).isEqualTo(platformLeaks);
    assertThat(finding(first, "latch-1").threads()).allMatch(t -> t.parkedFor().isEmpty());
    assertThat(finding(first, "latch-1").createdBy())
        .anyMatch(frame -> frame.contains("Leaks.thread"));
    assertThat(first.unknowns())
        .containsExactly(
            "2 threads wait as idle ones do, and it is too soon to tell whether they become more");
    assertThat(first.notes())
        .anyMatch(note -> note.contains("once.jfr: no events of the Stranded agent"));

    platformLeaks.put("heir", Cause.LOCK_NEVER_RELEASED.name());
    LeakProfile last = RecordingAnalyzer.analyze(List.of(often), STREAMED);
    assertThat(RealRecordings.causes(last)).isEqualTo(platformLeaks);
    assertThat(finding(last, "latch-1").threads()).allMatch(t -> t.parkedFor().isPresent());
    assertThat(finding(last, "latch-1").evidence())
        .anyMatch(line -> line.contains("in the same wait"));
    assertThat(
            RecordingAnalyzer.analyze(List.of(once), IN_MEMORY.withMinAge(Duration.ofMillis(1)))
                .findings())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void eachInputSaysWhatItsEventsTellAndWhatNot(Jdk jdk) throws IOException {
    String virtual =
        jdk.feature() >= 21
            ? ":jdk.VirtualThreadStart#enabled=true,jdk.VirtualThreadEnd#enabled=true"
            : "";
    Path plain;
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk,
            List.of(
                "-XX:FlightRecorderOptions:repository=" + directory,
                "-XX:StartFlightRecording" + virtual,
                Leaks.class.getName(),
                "healthy"))) {
      // What its threads wait for is to last longer than the 20 ms from which on JFR tells of it.
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      RealRecordings.release(jvm);
      plain = RealRecordings.dump(jvm, directory.resolve("plain.jfr"));
    }
    List<String> notes = RecordingAnalyzer.analyze(List.of(plain), IN_MEMORY).notes();
    assertThat(notes)
        .anyMatch(note -> note.startsWith("plain.jfr: no events of the Stranded agent: what"))
        .anyMatch(note -> note.matches("plain.jfr: \\d+ events of waits that were over: .*"));
    assertThat(notes.stream().anyMatch(note -> note.contains("1 virtual thread starts and 1 end")))
        .isEqualTo(jdk.feature() >= 21);
    TrendReport trends = RecordingAnalyzer.read(List.of(plain), IN_MEMORY).get(0).trends();
    assertThat(trends.all().points()).as("jdk.JavaThreadStatistics").isNotEmpty();
    assertThat(trends.groups().stream().anyMatch(g -> g.name().equals("virtual threads")))
        .isEqualTo(jdk.feature() >= 21);
  }

  @Test
  void fingerprintsAreTheSameOnEveryJdkWithAgentAndWithout() throws IOException {
    Set<Map<String, String>> fingerprints = new HashSet<>();
    for (Jdk jdk : jdks()) {
      for (String mode : List.of("agent", "alone")) {
        try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking", mode)) {
          Path file = RealRecordings.dump(jvm, directory.resolve(mode + jdk.feature() + ".jfr"));
          LeakProfile profile = RecordingAnalyzer.analyze(List.of(file), IN_MEMORY);
          Map<String, String> byThread = new TreeMap<>();
          for (String thread : List.of("latch-1", "latch-3", "fork-1")) {
            byThread.put(thread, finding(profile, thread).fingerprint());
          }
          fingerprints.add(byThread);
        }
      }
    }
    assertThat(fingerprints).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void bothReadersAgree(Jdk jdk) throws IOException {
    Path file = recordLeaks(jdk);
    assertThat(facts(new JmcEventReader(), file))
        .containsExactlyInAnyOrderElementsOf(facts(new StreamingEventReader(), file))
        .hasAtLeastOneElementOfType(RecordedFact.ThreadLived.class)
        .hasAtLeastOneElementOfType(RecordedFact.ThreadRan.class);
    LeakProfile inMemory = RecordingAnalyzer.analyze(List.of(file), IN_MEMORY);
    LeakProfile streamed = RecordingAnalyzer.analyze(List.of(file), STREAMED);
    assertThat(streamed).isEqualTo(inMemory);
    assertThat(streamed.findings()).isNotEmpty();
  }

  /** In which order events of several threads come is up to the recorder and to the reader. */
  @ParameterizedTest
  @MethodSource("jdks")
  void orderOfFactsDoesNotMatter(Jdk jdk) throws IOException {
    Path file = recordLeaks(jdk);
    List<RecordedFact> facts = facts(new StreamingEventReader(), file);
    LeakProfile inOrder = suspects(facts);
    assertThat(inOrder.findings()).isNotEmpty();
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      Collections.shuffle(facts, random);
      assertThat(suspects(facts)).isEqualTo(inOrder);
    }
  }

  private Path recordLeaks(Jdk jdk) throws IOException {
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking", "agent")) {
      return RealRecordings.dump(jvm, directory.resolve("a.jfr"));
    }
  }

  private static List<RecordedFact> facts(EventReader reader, Path file) throws IOException {
    List<RecordedFact> facts = new ArrayList<>();
    reader.read(file, facts::add, at -> {});
    return facts;
  }

  private static LeakProfile suspects(List<RecordedFact> facts) {
    ThreadLedger ledger = new ThreadLedger();
    facts.forEach(ledger::accept);
    ledger.finish();
    return new RecordedJvm(ledger, List.of(), IN_MEMORY).suspects();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void chunkFilesOfOneJvmAreMergedInAnyOrder(Jdk jdk) throws IOException {
    List<Path> chunks;
    Path repository = Files.createDirectory(directory.resolve("repository"));
    try (ForkedJvm jvm = RealRecordings.start(jdk, repository, "healthy", "agent")) {
      RealRecordings.dump(jvm, directory.resolve("1.jfr"));
      RealRecordings.release(jvm);
      RealRecordings.dump(jvm, directory.resolve("2.jfr"));
      chunks = copyFinishedChunks(repository);
    }
    Path parks = chunks.get(0);
    Path ends = chunks.get(1);
    assertThat(RecordingAnalyzer.analyze(List.of(parks), IN_MEMORY).findings()).isNotEmpty();
    assertThat(RecordingAnalyzer.analyze(List.of(ends, parks), IN_MEMORY).findings()).isEmpty();
    assertThat(RecordingAnalyzer.analyze(List.of(parks, ends), STREAMED).findings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void repositoryOfKilledJvmIsReadToTheLastFlush(Jdk jdk) throws IOException {
    Path repository = Files.createDirectory(directory.resolve("repository"));
    Path temp = Files.createDirectory(directory.resolve("temp"));
    ReplayOptions options = IN_MEMORY.withTempDirectory(temp);
    try (ForkedJvm jvm = RealRecordings.start(jdk, repository, "leaking", "agent")) {
      awaitFlush(jvm, repository, options, leaks(jdk));
    }
    LeakProfile profile = RecordingAnalyzer.analyze(List.of(repository), options);
    assertThat(RealRecordings.causes(profile)).isEqualTo(leaks(jdk));
    assertThat(profile.notes()).anyMatch(note -> note.contains("never finished"));
    assertThat(temp).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void recordingsOfSeveralJvmsAreRefused(Jdk jdk) throws IOException {
    Path one;
    Path other;
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking")) {
      one = RealRecordings.dump(jvm, directory.resolve("one.jfr"));
    }
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking")) {
      other = RealRecordings.dump(jvm, directory.resolve("other.jfr"));
    }
    assertThatThrownBy(() -> RecordingAnalyzer.analyze(List.of(one, other), IN_MEMORY))
        .isInstanceOf(UnreadableRecordingException.class)
        .hasMessageContaining("several JVMs");
  }

  /** Reads the repository of the living JVM, which writes to it, until all is in it. */
  private static void awaitFlush(
      ForkedJvm jvm, Path repository, ReplayOptions options, Map<String, String> expected)
      throws IOException {
    Instant deadline = Instant.now().plus(PATIENCE);
    Map<String, String> found = Map.of();
    while (!found.equals(expected)) {
      assertThat(jvm.process().isAlive()).isTrue();
      assertThat(Instant.now()).as("found so far: %s", found).isBefore(deadline);
      try {
        found = RealRecordings.causes(RecordingAnalyzer.analyze(List.of(repository), options));
      } catch (UnreadableRecordingException e) {
        found = Map.of("not yet", String.valueOf(e.getMessage()));
      }
    }
  }

  /** What leaks in {@code Leaks} and waits as no idle thread does, and why. */
  static Map<String, String> leaks(Jdk jdk) {
    Map<String, String> leaks = new TreeMap<>();
    for (int i = 1; i <= 3; i++) {
      leaks.put("latch-" + i, Cause.LATCH_NEVER_COUNTED_DOWN.name());
    }
    leaks.put("fork-1", Cause.DEADLOCK.name());
    leaks.put("fork-2", Cause.DEADLOCK.name());
    leaks.put("heir", Cause.LOCK_OWNER_ENDED.name());
    if (jdk.feature() >= 21) {
      leaks.put("virtual", Cause.LATCH_NEVER_COUNTED_DOWN.name());
    }
    return leaks;
  }

  private static Finding finding(LeakProfile profile, String thread) {
    return profile.findings().stream()
        .filter(finding -> finding.threads().stream().anyMatch(t -> t.name().equals(thread)))
        .findFirst()
        .orElseThrow();
  }

  /** The chunk files except the one being written, oldest first. */
  private List<Path> copyFinishedChunks(Path repository) throws IOException {
    List<Path> copies = new ArrayList<>();
    try (Stream<Path> files = Files.walk(repository)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jfr")).sorted().toList()) {
        if (Files.size(file) > 0) {
          copies.add(Files.copy(file, directory.resolve("chunk-" + copies.size() + ".jfr")));
        }
      }
    }
    return copies;
  }
}
