package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.corpus.ClassInitialization;
import io.stranded.corpus.Expected;
import io.stranded.corpus.Monitors;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread dump beside a heap dump names the owners of monitors. */
@Execution(ExecutionMode.CONCURRENT)
class ThreadDumpFactsTest {
  private static final int FIRST_WITH_OWNERS_IN_JSON = 25;

  private static final String BESIDE = "doubt/LATCH_NEVER_COUNTED_DOWN/beside";

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  /** And so what only they might hold is no doubt any more. */
  @ParameterizedTest
  @MethodSource("jdks")
  void cycleOfClassInitializationIsProvedByAThreadDumpThatWasTakenBefore(Jdk jdk)
      throws IOException, InterruptedException {
    Path before = directory.resolve("before.txt");
    Path after = directory.resolve("after.txt");
    Path dump = directory.resolve("heap.hprof");
    List<String> command = List.of(ClassInitialization.class.getName(), "cycle");
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      awaitThreadDumpWith(jvm, "Class initialization monitor", before);
      awaitNextSecond();
      jvm.heapDump(dump);
      awaitNextSecond();
      Files.writeString(after, jvm.jcmd("Thread.print"));
    }
    assertThat(leaks(dump, before))
        .containsEntry("live/clinit-left", "LEAKED DEADLOCK")
        .containsEntry("live/clinit-right", "LEAKED DEADLOCK")
        .containsEntry(BESIDE, "LEAKED LATCH_NEVER_COUNTED_DOWN");
    assertThat(leaks(dump, after))
        .containsOnly(Map.entry(BESIDE, "INCONCLUSIVE LATCH_NEVER_COUNTED_DOWN"));
    Path both = directory.resolve("both.txt");
    Files.writeString(both, Files.readString(before) + Files.readString(after));
    assertThat(leaks(dump, both)).isEqualTo(leaks(dump, before));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void initializerThatComesToItsEndKeepsTheDoubt(Jdk jdk) throws IOException, InterruptedException {
    Path before = directory.resolve("before.txt");
    Path dump = directory.resolve("heap.hprof");
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(ClassInitialization.class.getName()))) {
      awaitThreadDumpWith(jvm, "ClassInitialization$Slow", before);
      awaitNextSecond();
      jvm.heapDump(dump);
    }
    assertThat(leaks(dump, before))
        .containsOnly(
            Map.entry("live/clinit-left", "LEAKED DEADLOCK"),
            Map.entry("live/clinit-right", "LEAKED DEADLOCK"),
            Map.entry(BESIDE, "INCONCLUSIVE LATCH_NEVER_COUNTED_DOWN"));
  }

  /** All threads are in the waits that they are started for once one is, which starts last. */
  private static void awaitThreadDumpWith(ForkedJvm jvm, String text, Path file)
      throws IOException {
    String awaited = "monitor for " + ClassInitialization.class.getName() + "$";
    String printed = jvm.jcmd("Thread.print");
    while (!printed.contains(text) || printed.split(Pattern.quote(awaited), -1).length < 3) {
      printed = jvm.jcmd("Thread.print");
    }
    Files.writeString(file, printed);
  }

  /** Thread dumps tell their time in seconds. */
  private static void awaitNextSecond() throws InterruptedException {
    long now = Instant.now().getEpochSecond();
    while (Instant.now().getEpochSecond() == now) {
      Thread.sleep(1);
    }
  }

  private static Map<String, String> leaks(Path dump, Path threads) throws IOException {
    Map<String, String> leaks = new TreeMap<>();
    for (Finding finding :
        new LeakAnalyzer().facts(ThreadDumpFacts.read(threads)).analyze(dump).findings()) {
      finding
          .threads()
          .forEach(t -> leaks.put(t.name(), finding.verdict() + " " + finding.cause()));
    }
    return leaks;
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void monitorDeadlocksAreFoundWithTheOwners(Jdk jdk) throws IOException {
    Path dump = directory.resolve("heap.hprof");
    Path text = directory.resolve("threads.txt");
    Path json = directory.resolve("threads.json");
    Map<String, String> expected = new TreeMap<>();
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(Monitors.class.getName()))) {
      Files.writeString(text, jvm.jcmd("Thread.print", "-l"));
      if (jdk.feature() >= FIRST_WITH_OWNERS_IN_JSON) {
        jvm.jcmd("Thread.dump_to_file", "-format=json", json.toString());
      }
      jvm.heapDump(dump);
      for (String name : Expected.threadNames(jvm.output())) {
        Expected.of(name)
            .flatMap(Expected::cause)
            .ifPresent(cause -> expected.put(name, cause.name()));
      }
    }
    assertThat(found(dump, ThreadDumpFacts.read(text))).isEqualTo(expected);
    if (Files.exists(json)) {
      assertThat(found(dump, ThreadDumpFacts.read(json))).isEqualTo(expected);
    }
    assertThat(found(dump, ThreadFacts.NONE)).hasSizeLessThan(expected.size());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void monitorThatIsEnteredIsNamed(Jdk jdk) throws IOException {
    Path dump = directory.resolve("heap.hprof");
    Path text = directory.resolve("threads.txt");
    Path json = directory.resolve("threads.json");
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(Monitors.class.getName()))) {
      Files.writeString(text, jvm.jcmd("Thread.print", "-l"));
      if (jdk.feature() >= FIRST_WITH_OWNERS_IN_JSON) {
        jvm.jcmd("Thread.dump_to_file", "-format=json", json.toString());
      }
      jvm.heapDump(dump);
    }
    assertMonitorsAreNamed(dump, text);
    if (Files.exists(json)) {
      assertMonitorsAreNamed(dump, json);
    }
  }

  private static void assertMonitorsAreNamed(Path dump, Path threads) throws IOException {
    LeakProfile profile = new LeakAnalyzer().facts(ThreadDumpFacts.read(threads)).analyze(dump);
    assertThat(profile.findings())
        .filteredOn(finding -> finding.blockedOn().kind().equals("monitor-enter"))
        .isNotEmpty()
        .allSatisfy(f -> assertThat(f.blockedOn().type()).isEqualTo("java.lang.Object"));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void ownersOfAnotherMomentDoNotCount(Jdk jdk) throws IOException {
    Path dump = directory.resolve("heap.hprof");
    Path text = directory.resolve("threads.txt");
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(Monitors.class.getName()))) {
      Files.writeString(
          text, jvm.jcmd("Thread.print", "-l").replace("Monitors.lockBoth", "Monitors.before"));
      jvm.heapDump(dump);
    }
    assertThat(found(dump, ThreadDumpFacts.read(text)).values()).doesNotContain("DEADLOCK");
  }

  @Test
  void monitorsAreKeptBesideADump() throws IOException {
    Path file = directory.resolve("heap.threads.json");
    TakenFacts.Seen blocked =
        new TakenFacts.Seen(
            /* steady= */ true,
            Duration.ofSeconds(4),
            OptionalLong.of(2),
            Optional.of("app.Account"));
    TakenFacts.Seen running =
        new TakenFacts.Seen(
            /* steady= */ false, Duration.ZERO, OptionalLong.empty(), Optional.empty());
    Instant now = Instant.now();
    new TakenFacts(now, now, RootPrecision.EXACT, Map.of(1L, blocked, 2L, running)).write(file);
    ThreadFacts read = ThreadDumpFacts.read(file);
    assertThat(read.monitorType(1)).hasValue("app.Account");
    assertThat(read.monitorOwner(1)).hasValue(2);
    assertThat(read.monitorType(2)).isEmpty();
    assertThat(new MergedFacts(ThreadFacts.NONE, read).monitorType(1)).hasValue("app.Account");
  }

  @Test
  void whatIsNoThreadDumpIsNamed() throws IOException {
    Path prose = Files.writeString(directory.resolve("prose.txt"), "Dear reader");
    Path broken = Files.writeString(directory.resolve("broken.json"), "{\"threadDump\":");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});
    for (Path file : List.of(prose, broken, binary, directory.resolve("none"))) {
      assertThatThrownBy(() -> ThreadDumpFacts.read(file))
          .isInstanceOf(UnreadableRecordingException.class)
          .hasMessageContaining(file.toString());
    }
  }

  private static Map<String, String> found(Path dump, ThreadFacts facts) throws IOException {
    LeakProfile profile = new LeakAnalyzer().facts(facts).analyze(dump);
    Map<String, String> found = new TreeMap<>();
    for (Finding finding : profile.findings()) {
      assertThat(finding.verdict()).isEqualTo(Verdict.LEAKED);
      finding.threads().forEach(thread -> found.put(thread.name(), finding.cause().name()));
    }
    return found;
  }
}
