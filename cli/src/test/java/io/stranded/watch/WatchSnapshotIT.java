package io.stranded.watch;

import static io.stranded.watch.ReportFile.stage;
import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.corpus.BusyWorkers;
import io.stranded.corpus.Expected;
import io.stranded.corpus.HiddenData;
import io.stranded.corpus.InFlight;
import io.stranded.corpus.Monitors;
import io.stranded.corpus.Owners;
import io.stranded.corpus.ScalarReplaced;
import io.stranded.corpus.Synchronizers;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life.Stage;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.HeldByMain;
import io.stranded.watch.programs.LeaksOnDemand;
import io.stranded.watch.programs.Reloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed sidecar proves leaks by snapshots, and dumps no healthy service. */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class WatchSnapshotIT {
  private static final int FIRST_WITH_UNTIMED_VIRTUAL_WAITS = 24;
  private static final long PATIENCE_SECONDS = 300;

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void healthyServiceIsNeverDumpedAndNothingOfItsHeapIsWritten(Jdk jdk) throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Reloads.class.getName()))) {
      target.send("open");
      target.send("open");
      Distribution watch =
          Distribution.startWith(
              List.of("-Djava.io.tmpdir=" + temporary),
              "watch",
              "--min-age=1s",
              "--interval=100ms",
              "--snapshot-interval=100ms",
              "--reprove-interval=1s",
              "--status-interval=100ms",
              "--confidence=weakly-held",
              "--format=json",
              "--output=" + report("healthy").path(),
              Long.toString(target.pid()));
      Set<String> seen = new TreeSet<>();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!watch.log().contains(" 5 snapshots, ") && System.nanoTime() < deadline) {
        seen.addAll(filesWithContents(temporary));
      }
      assertThat(watch.log()).contains(" 5 snapshots, ", "; 0 dumps, 0.0 s paused");
      watch.process().destroy();
      assertThat(watch.await().err()).doesNotContain("heap dump", "no snapshot");
      // What is loaded, what it is asked, and that all live: no island, no dump.
      assertThat(seen)
          .allMatch(
              name ->
                  name.matches(
                      "stranded-agent.jar|libstranded-snapshot.so"
                          + "|snapshot-\\d+(.status|.part)?|leak.properties|threads.json"));
      assertThat(temporary).isEmptyDirectory();
      assertThat(report("healthy").findings()).isEmpty();
      assertThat(target.process().toHandle().children()).isEmpty();
    }
  }

  /** The names of the files below, but for those that are empty. */
  private static Set<String> filesWithContents(Path folder) {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> Files.isRegularFile(file) && file.toFile().length() > 0)
          .forEach(file -> names.add(String.valueOf(file.getFileName())));
    } catch (IOException | UncheckedIOException e) {
      // One that was deleted meanwhile.
      return Set.of();
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void leakIsProvedGrowsWithEachThreadAndIsResolved(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 3");
      Distribution watch = watch("leak", target);
      report("leak").await(f -> f.verdict() == Verdict.LEAKED && f.count() == 3);
      // A dump would be worth it for three more only.
      target.send("leak 1");
      Finding grown = report("leak").await(finding -> finding.count() == 4);
      assertThat(stage(grown)).isEqualTo(Stage.GROWN);
      assertThat(grown.stack())
          .anyMatch(frame -> frame.startsWith(LeaksOnDemand.class.getName() + ".waitForEver"));
      assertThat(report("leak").profiles())
          .allMatch(profile -> profile.dump().orElseThrow().roots() == RootPrecision.FROZEN);
      target.send("interrupt");
      report("leak").await(finding -> stage(finding) == Stage.RESOLVED);
      watch.process().destroy();
      assertThat(watch.await().err())
          .contains("3 threads in one wait for too long; taken in ", "a pause of")
          .doesNotContain("heap dump");
      // The agent came and went, told of two findings, and the library was asked time and again.
      assertThat(target.output())
          .filteredOn(line -> line.contains("has been loaded dynamically"))
          .hasSize(jdk.feature() < 21 ? 0 : 2);
      assertThat(target.jcmd("VM.system_properties")).contains("stranded.agent.leak=written");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void nobodyIsNamedButTheLeaked(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Owners.class.getName(), "false"))) {
      assertNamesLeaksOnly(target, watchOnce(target, "--confidence=weakly-held"));
      assertThat(target.jcmd("JFR.check")).doesNotContain("stranded");
      assertThat(target.jcmd("Thread.print")).doesNotContain("stranded-");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void samplingWithoutTheAgentIsEnough(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Monitors.class.getName(), "false"))) {
      assertNamesLeaksOnly(target, watchOnce(target, "--no-agent"));
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void leakedVirtualThreadsAreNamedWithTheirStacks(Jdk jdk) throws IOException {
    if (jdk.feature() < FIRST_WITH_UNTIMED_VIRTUAL_WAITS) {
      return;
    }
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Synchronizers.class.getName(), "true"))) {
      LeakProfile profile = watchOnce(target);
      assertNamesLeaksOnly(target, profile);
      assertThat(profile.findings()).anyMatch(f -> f.threads().get(0).virtual());
      assertThat(profile.findings()).allMatch(finding -> !finding.stack().isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void mainThreadThatHoldsAlmostAllAndWaitsForEverHidesNoLeak(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(HeldByMain.class.getName()))) {
      assertThat(threads(watchOnce(target, "--proof=snapshot"))).containsExactly("leaked");
    }
  }

  static Stream<Arguments> programsThatDumpsHideSomethingOf() {
    String inFlight = InFlight.class.getName();
    List<List<String>> commands =
        List.of(
            List.of("-Xbatch", "-XX:-TieredCompilation", ScalarReplaced.class.getName()),
            List.of(HiddenData.class.getName()),
            List.of(
                "-Xbatch",
                "-XX:-TieredCompilation",
                "-XX:+UseSerialGC",
                BusyWorkers.class.getName()),
            List.of(
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=dontinline," + inFlight + "::take",
                "-XX:CompileCommand=dontinline," + inFlight + "::put",
                inFlight,
                "holder"));
    // Each on one of the releases: SnapshotTruthTest asks it of all.
    List<Jdk> jdks = jdks().toList();
    return IntStream.range(0, commands.size())
        .mapToObj(i -> Arguments.of(jdks.get(i % jdks.size()), commands.get(i)));
  }

  @ParameterizedTest
  @MethodSource("programsThatDumpsHideSomethingOf")
  void whatDumpsHideMakesNobodyLeakedAndNothingDoubtful(Jdk jdk, List<String> command)
      throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      LeakProfile profile = watchOnce(target);
      Set<String> leaks =
          Expected.threadNames(target.output()).stream()
              .filter(name -> name.startsWith("leak/"))
              .collect(Collectors.toSet());
      assertThat(threads(profile)).as("%s", profile).isSubsetOf(leaks);
      assertThat(profile.findings()).allMatch(finding -> finding.verdict() == Verdict.LEAKED);
      assertThat(profile.dump().orElseThrow().roots()).isEqualTo(RootPrecision.FROZEN);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void healthySuccessorsOfLeakedThreadsAreNeverCounted(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Reloads.class.getName()))) {
      Distribution watch = watch("reloads", target, "--status-interval=100ms");
      watch.awaitLog("watching ");
      target.send("open");
      target.send("drop");
      watch.awaitLog(" 8 suspect, 8 leaked, ");
      target.send("open");
      // Judged, and with those of before.
      watch.awaitLogMatching("(9|1[0-6]) threads in one wait for too long.*and analyzed: 8 leaked");
      watch.process().destroy();
      watch.await();
      Set<Long> leaked = new HashSet<>();
      report("reloads")
          .findings()
          .forEach(finding -> finding.threads().forEach(thread -> leaked.add(thread.id())));
      assertThat(leaked).hasSize(8);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void targetWithoutSnapshotsIsDumpedAndSaysOnceWhy(Jdk jdk) throws IOException {
    List<String> command = List.of("-XX:+UseZGC", LeaksOnDemand.class.getName());
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      target.send("leak 1");
      Distribution watch = watch("zgc", target);
      report("zgc").await(finding -> finding.count() == 1);
      target.send("leak 1");
      report("zgc").await(finding -> finding.count() == 2);
      watch.process().destroy();
      String log = watch.await().err();
      assertThat(log.lines().filter(line -> line.contains("snapshot")))
          .singleElement()
          .asString()
          .contains("stranded: no snapshot of " + target.pid() + ": this JVM ")
          .endsWith("; heap dumps prove instead");
      assertThat(log).contains("heap dump of ");
    }
  }

  @Test
  void targetWithoutSnapshotsIsNotDumpedWhereThatIsNotWanted() throws IOException {
    List<String> command = List.of("-XX:+UseZGC", LeaksOnDemand.class.getName());
    try (ForkedJvm target = ForkedJvm.start(Jdk.current(), command)) {
      target.send("leak 1");
      Distribution watch = watch("unproved", target, "--proof=snapshot");
      Finding suspect = report("unproved").await(finding -> finding.count() == 1);
      assertThat(suspect.verdict()).isEqualTo(Verdict.SUSPECT);
      assertThat(suspect.evidence()).anyMatch(line -> line.contains("no snapshot was taken: "));
      target.send("leak 2");
      report("unproved").await(finding -> finding.count() == 3);
      watch.process().destroy();
      String log = watch.await().err();
      assertThat(log.lines().filter(line -> line.contains("no snapshot of "))).hasSize(1);
      assertThat(log).doesNotContain("heap dump");
    }
  }

  @Test
  void dryRunWithSnapshotsAskedForByNameProves() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 1");
      assertThat(watchOnce(target, "--no-dump", "--proof=snapshot").hasLeaks()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void targetThatIsKilledWithinASnapshotHasEnded(Jdk jdk) throws Exception {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(LeaksOnDemand.class.getName()))) {
      target.send("fill 3000000");
      target.send("leak 1");
      Distribution watch = watch("killed", target);
      ProcessHandle child = child(target);
      signal(child, "STOP");
      target.process().destroyForcibly();
      Distribution.Result result = watch.await();
      assertThat(result.exitCode()).isEqualTo(4);
      assertThat(result.err().lines().reduce((first, last) -> last).orElse(""))
          .endsWith("stranded: target " + target.pid() + " has ended");
      assertThat(child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS).isAlive()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void sidecarThatIsKilledWithinASnapshotLeavesNoProcess(Jdk jdk) throws Exception {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(LeaksOnDemand.class.getName()))) {
      target.send("fill 3000000");
      target.send("leak 1");
      Distribution first = watch("first", target);
      ProcessHandle child = child(target);
      first.process().destroyForcibly();
      first.await();
      child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Distribution second = watch("second", target);
      assertThat(report("second").await(finding -> finding.count() == 1).verdict())
          .isEqualTo(Verdict.LEAKED);
      second.process().destroy();
      second.await();
      awaitNoChildren(target);
      assertThat(target.process().isAlive()).isTrue();
    }
  }

  @Test
  void twoSidecarsAtOnceProveTheSame() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 2");
      List<Distribution> both = List.of(watch("one", target), watch("other", target));
      for (String report : List.of("one", "other")) {
        assertThat(report(report).await(finding -> finding.count() == 2).verdict())
            .isEqualTo(Verdict.LEAKED);
      }
      for (Distribution watch : both) {
        watch.process().destroy();
        assertThat(watch.await().err()).doesNotContain("heap dump");
      }
    }
  }

  /** The forked process, once it has begun its work. */
  private static ProcessHandle child(ForkedJvm target) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      List<ProcessHandle> children = target.process().toHandle().children().toList();
      for (ProcessHandle child : children) {
        Path name = Path.of("/proc", Long.toString(child.pid()), "comm");
        if (Files.exists(name) && Files.readString(name).startsWith("stranded-child")) {
          return child;
        }
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    throw new AssertionError("the target has no child");
  }

  private static void signal(ProcessHandle process, String name) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  private static void awaitNoChildren(ForkedJvm target) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (target.process().toHandle().children().findAny().isPresent()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** What is leaked, or would be but for the Thread's handle or a weak reference. */
  private static void assertNamesLeaksOnly(ForkedJvm target, LeakProfile profile) {
    Set<String> expected = new TreeSet<>();
    for (String name : Expected.threadNames(target.output())) {
      Expected.of(name)
          .filter(e -> e.kind() != Expected.Kind.LIVE)
          .ifPresent(e -> expected.add(name + " " + e.cause().orElseThrow()));
    }
    Set<String> found = new TreeSet<>();
    for (Finding finding : profile.findings()) {
      finding.threads().forEach(thread -> found.add(thread.name() + " " + finding.cause()));
    }
    assertThat(found).as("%s", profile).isNotEmpty().isSubsetOf(expected);
    assertThat(profile.dump().orElseThrow().roots()).isEqualTo(RootPrecision.FROZEN);
  }

  private static Set<String> threads(LeakProfile profile) {
    return profile.findings().stream()
        .flatMap(finding -> finding.threads().stream())
        .map(FoundThread::name)
        .collect(Collectors.toSet());
  }

  private LeakProfile watchOnce(ForkedJvm target, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "watch",
                "--once",
                "--min-age=1s",
                "--snapshot-interval=100ms",
                "--format=json",
                "--dump-dir=" + directory));
    args.addAll(List.of(more));
    args.add(Long.toString(target.pid()));
    Distribution.Result result = Distribution.run(args.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).doesNotContain("heap dump");
    assertThat(directory).isEmptyDirectory();
    return ProfileJsonReader.parse(result.out());
  }

  private Distribution watch(String report, ForkedJvm target, String... more) {
    List<String> args = new ArrayList<>(List.of(more));
    args.add("--snapshot-interval=200ms");
    args.add("--interval=200ms");
    args.add(Long.toString(target.pid()));
    return report(report).watch(directory.resolve("dumps"), args);
  }

  private ReportFile report(String name) {
    return new ReportFile(directory.resolve(name + ".jsonl"));
  }
}
