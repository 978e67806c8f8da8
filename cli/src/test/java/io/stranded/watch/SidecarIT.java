package io.stranded.watch;

import static io.stranded.watch.ReportFile.firstSeen;
import static io.stranded.watch.ReportFile.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.cli.Distribution;
import io.stranded.corpus.Owners;
import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life.Stage;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.testing.Strangers;
import io.stranded.watch.programs.Latecomer;
import io.stranded.watch.programs.LeaksOnDemand;
import io.stranded.watch.programs.Reloads;
import io.stranded.watch.programs.WatchesItself;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed sidecar stays up: what becomes of targets, findings and of itself. */
@Execution(ExecutionMode.CONCURRENT)
class SidecarIT {
  private static final long PATIENCE_SECONDS = 300;

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  /** Sidecar and target on different releases; on the same ones others test. */
  static Stream<Arguments> mixedJdks() {
    return jdks()
        .flatMap(
            sidecar -> jdks().filter(t -> !t.equals(sidecar)).map(t -> Arguments.of(sidecar, t)));
  }

  @ParameterizedTest(name = "sidecar on {0}, target on {1}")
  @MethodSource("mixedJdks")
  void sidecarAndTargetNeedNotBeOfOneRelease(Jdk sidecar, Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Owners.class.getName(), "false"))) {
      Distribution.Result result =
          Distribution.start(
                  sidecar,
                  "watch",
                  "--once",
                  "--min-age=1s",
                  "--format=json",
                  "--dump-dir=" + directory,
                  Long.toString(target.pid()))
              .await();
      assertThat(ProfileJsonReader.parse(result.out()).hasLeaks()).as(result.err()).isTrue();
      assertThat(result.err()).contains("a pause of");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void findingIsOpenedGrowsIsConfirmedAndResolvedThroughAKilledSidecar(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 2");
      Path trend = directory.resolve("trend.jsonl");
      Distribution first =
          watch("first", target, "--trend-output=" + trend, "--status-interval=1s");
      Finding opened = report("first").await(finding -> stage(finding) == Stage.OPENED);
      assertThat(opened.verdict()).isEqualTo(Verdict.LEAKED);
      report("first").await(finding -> finding.count() == 2);
      target.send("leak 2");
      report("first").await(f -> stage(f) == Stage.GROWN && f.count() == 4);
      awaitTwoNewThreadsOfOnePlace(trend);
      first.process().destroyForcibly();
      first.await();

      Distribution second = watch("second", target, "--reprove-interval=1s");
      second.awaitLog("with the agent that a killed sidecar has left");
      second.awaitLog("going on with 1 open finding");
      Finding proved = report("second").await(finding -> finding.count() == 4);
      assertThat(firstSeen(proved)).isEqualTo(firstSeen(opened));
      target.send("interrupt");
      Finding resolved = report("second").await(finding -> stage(finding) == Stage.RESOLVED);
      assertThat(firstSeen(resolved)).isEqualTo(firstSeen(opened));
      second.process().destroy();
      second.await();
      assertThat(target.jcmd("JFR.check")).doesNotContain("stranded");
      assertThat(target.jcmd("Thread.print")).doesNotContain("stranded-reporter");
      // Its file was empty, and so was filled with what was open.
      assertThat(report("second").findings().stream().filter(f -> stage(f) == Stage.OPENED))
          .hasSize(1);
      assertThat(report("second").findings().stream().filter(f -> stage(f) == Stage.RESOLVED))
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void healthySuccessorsOfLeakedThreadsAreLookedAtAndNeverCounted(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Reloads.class.getName()))) {
      Distribution watch = watch("reloads", target, "--proof=dump");
      // Threads that were there before are told of in other words.
      watch.awaitLog("watching ");
      target.send("open");
      target.send("drop");
      Set<Long> leaked = new HashSet<>();
      for (Cause cause : List.of(Cause.ORPHANED_POOL_WORKER, Cause.QUEUE_CONSUMER_ABANDONED)) {
        Finding opened = report("reloads").await(finding -> finding.cause() == cause);
        assertThat(stage(opened)).isEqualTo(Stage.OPENED);
        assertThat(opened.threads()).hasSize(4);
        opened.threads().forEach(thread -> leaked.add(thread.id()));
      }
      target.send("open");
      watch.awaitLogMatching(": (9|1[0-6]) threads in one wait for too long.*and analyzed");
      watch.process().destroy();
      watch.await();
      assertThat(report("reloads").findings())
          .allSatisfy(
              finding -> {
                assertThat(stage(finding)).isNotEqualTo(Stage.GROWN);
                assertThat(leaked)
                    .containsAll(finding.threads().stream().map(t -> t.id()).toList());
                assertThat(finding.evidence()).noneMatch(line -> line.contains("not yet judged"));
              });
    }
  }

  @Test
  void threadsThatJoinLeakedOnesAreToldOfWhereNoDumpMayBeTaken() throws IOException {
    try (ForkedJvm target = ForkedJvm.start(Jdk.current(), List.of(Reloads.class.getName()))) {
      Distribution watch = watch("joined", target, "--proof=dump", "--max-dumps=2");
      watch.awaitLog("watching ");
      target.send("open");
      target.send("drop");
      report("joined").await(finding -> stage(finding) == Stage.OPENED);
      target.send("open");
      watch.awaitLogMatching(": (9|1[0-6]) threads in one wait for too long.*and analyzed");
      for (int i = 0; i < 2; i++) {
        target.send("open");
      }
      Finding grown = report("joined").await(finding -> stage(finding) == Stage.GROWN);
      assertThat(grown.threads()).hasSize(4);
      assertThat(grown.evidence())
          .contains(
              "8 more wait at the same place, not yet judged: no heap dump was taken: --max-dumps"
                  + " 2 are taken");
      watch.process().destroy();
      watch.await();
    }
  }

  @Test
  void endOfATargetThatNobodyWatchedIsReportedLater() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 1");
      Distribution first = watch("first", target, "--status-interval=500ms");
      // Not in the midst of the report, which would be sent again.
      first.awaitLog(", 1 leaked, ");
      first.process().destroyForcibly();
      first.await();
      target.process().destroyForcibly().onExit().join();
      Distribution.Result second = watch("second", target).await();
      assertThat(second.exitCode()).isEqualTo(4);
      assertThat(second.err()).contains("target " + target.pid() + " has ended meanwhile");
      assertThat(report("second").findings())
          .extracting(ReportFile::stage)
          .containsExactly(Stage.OPENED, Stage.RESOLVED);
    }
  }

  @Test
  void newJvmsArePickedUpAndEndedOnesFinished() throws IOException {
    Distribution watch =
        Distribution.start(
            "watch",
            "--match=Latecomer$",
            "--min-age=1s",
            "--format=json",
            "--output=" + report("all").path(),
            "--dump-dir=" + directory);
    for (Jdk jdk : Jdk.targets()) {
      try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Latecomer.class.getName()))) {
        target.send("leak 1");
        report("all").await(finding -> stage(finding) == Stage.OPENED, target.pid());
        target.process().destroyForcibly();
        watch.awaitLog("target " + target.pid() + " has ended");
        report("all").await(finding -> stage(finding) == Stage.RESOLVED, target.pid());
      }
    }
    assertThat(watch.process().isAlive()).isTrue();
    watch.process().destroy();
    watch.await();
  }

  @Test
  void dryRunReportsSuspectsAndTakesNoDump() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 2");
      Distribution.Result result =
          Distribution.run(
              "watch",
              "--once",
              "--no-dump",
              "--min-age=1s",
              "--format=json",
              "--dump-dir=" + directory,
              Long.toString(target.pid()));
      LeakProfile profile = ProfileJsonReader.parse(result.out());
      assertThat(profile.dump()).isEmpty();
      assertThat(profile.findings()).as(result.err()).hasSize(1);
      assertThat(profile.findings().get(0).verdict()).isEqualTo(Verdict.SUSPECT);
      assertThat(profile.findings().get(0).count()).isEqualTo(2);
      assertThat(result.err()).contains("no heap dump").doesNotContain("taking");
    }
  }

  @Test
  void processThatIsNoJvmIsLeftAloneWhateverAJvmOfItsIdHasLeft() throws IOException {
    Process other = new ProcessBuilder("sleep", "600").start();
    Path socket = abandonedSocket(other.pid());
    try {
      for (String command : List.of("watch", "disable")) {
        Distribution.Result result = Distribution.run(command, Long.toString(other.pid()));
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err())
            .endsWith("stranded: cannot attach to " + other.pid() + ": it is not a JVM\n");
        assertThat(other.isAlive()).isTrue();
      }
    } finally {
      Files.delete(socket);
      other.destroyForcibly();
    }
  }

  @Test
  void fileThatKeepsAJvmFromListeningIsNamed() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      abandonedSocket(target.pid());
      for (String command : List.of("watch", "disable")) {
        Distribution.Result result = Distribution.run(command, Long.toString(target.pid()));
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err())
            .contains("stranded: cannot attach to " + target.pid() + ": /proc/")
            .contains("/tmp/.java_pid" + target.pid() + " is left of a JVM that has ended")
            .hasLineCount(1);
      }
    }
  }

  /** What a killed JVM leaves. */
  private static Path abandonedSocket(long pid) throws IOException {
    Path socket = Path.of("/tmp", ".java_pid" + pid);
    Files.deleteIfExists(socket);
    try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      gone.bind(UnixDomainSocketAddress.of(socket));
    }
    return socket;
  }

  @Test
  void onlyReportThatCannotBeWrittenIsAnError() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no file that is always full");
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 1");
      Distribution.Result result =
          Distribution.run(
              "watch",
              "--once",
              "--no-dump",
              "--min-age=1s",
              "--output=" + full,
              Long.toString(target.pid()));
      assertThat(result.exitCode()).isEqualTo(5);
      assertThat(result.err()).contains("findings not delivered: /dev/full: cannot be written");
    }
  }

  @Test
  void dumpThatMightFillTheDiskIsNotTaken() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 1");
      Distribution watch = watch("full", target, "--proof=dump", "--disk-reserve=900000g");
      watch.awaitLog("no heap dump of " + target.pid() + ": it may take");
      Finding suspect = report("full").await(finding -> stage(finding) == Stage.OPENED);
      assertThat(suspect.verdict()).isEqualTo(Verdict.SUSPECT);
      watch.process().destroy();
      assertThat(watch.await().err()).doesNotContain("taking");
    }
  }

  @Test
  void dumpIsNotWrittenWhereAStrangersLinkLeads() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(directory.resolve("dumps"), elsewhere);
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 1");
      assertThat(watchInto(link, target).exitCode()).isZero();
      Strangers.own(link);
      Distribution.Result result = watchInto(link, target);
      assertThat(result.err()).contains("stranded: " + link + ": is a link, which is not followed");
      assertThat(elsewhere).isEmptyDirectory();
    }
  }

  private static Distribution.Result watchInto(Path dumps, ForkedJvm target) {
    return Distribution.run(
        "watch",
        "--once",
        "--proof=dump",
        "--min-age=1s",
        "--dump-dir=" + dumps,
        Long.toString(target.pid()));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void applicationWatchesItself(Jdk jdk) throws IOException {
    try (ForkedJvm jvm =
        ForkedJvm.launch(jdk, List.of(WatchesItself.class.getName(), directory.toString()))) {
      String line = jvm.awaitLine("PROFILE ");
      LeakProfile profile = ProfileJsonReader.parse(line.substring("PROFILE ".length()));
      assertThat(profile.findings().stream().flatMap(f -> f.threads().stream()))
          .as(jvm.output().toString())
          .extracting(FoundThread::name)
          .containsExactly("leaked");
    }
  }

  @Test
  void watchThatIsToldToEndWhileItAttachesDoesNotWatch() throws Exception {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      signal("STOP", target);
      Distribution watch = watch("stopped", target);
      awaitAttachTo(target.pid());
      watch.process().destroy();
      awaitEnding(watch.process());
      signal("CONT", target);
      assertThat(watch.await().err()).endsWith("stranded: stopping\n").hasLineCount(1);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void watchThatIsToldToEndWithinItsRoundBlamesNobody(Jdk jdk) throws IOException {
    List<String> program = List.of(WatchesItself.class.getName(), directory.toString(), "stop");
    try (ForkedJvm jvm = ForkedJvm.launch(jdk, program)) {
      jvm.awaitLine("STOPPED");
      assertThat(jvm.output()).filteredOn(line -> line.startsWith("PROFILE ")).hasSize(1);
      assertThat(jvm.output()).noneMatch(line -> line.contains("no heap dump"));
    }
  }

  private Distribution watch(String report, ForkedJvm target, String... more) {
    List<String> args = new ArrayList<>(List.of(more));
    args.add("--state-dir=" + directory.resolve("state"));
    args.add(Long.toString(target.pid()));
    return report(report).watch(directory, args);
  }

  private static void signal(String name, ForkedJvm target) throws Exception {
    String pid = Long.toString(target.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** Until the target has been asked to listen, which a stopped one does not hear. */
  private static void awaitAttachTo(long pid) throws InterruptedException {
    Path request = Path.of("/proc", Long.toString(pid), "cwd", ".attach_pid" + pid);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(request) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(request).exists();
  }

  /** Until it has ended, or told its watching thread to end. */
  private static void awaitEnding(Process watch) throws Exception {
    String threads = "";
    while (watch.isAlive() && !threads.matches("(?s).*stranded-shutdown.*CountDownLatch.await.*")) {
      Process jcmd =
          new ProcessBuilder(Jdk.current().tool("jcmd"), Long.toString(watch.pid()), "Thread.print")
              .start();
      threads = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Those that were there before the sidecar are told of in the counts of all threads only. */
  private static void awaitTwoNewThreadsOfOnePlace(Path trend) throws IOException {
    String place = "io.stranded.watch.programs.LeaksOnDemand.leak(";
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    List<String> lines = List.of();
    while (System.nanoTime() < deadline) {
      String text = Files.readString(trend);
      lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
      for (String line : lines) {
        JsonNode told = new ObjectMapper().readTree(line);
        for (Map.Entry<String, JsonNode> entry : told.path("places").properties()) {
          JsonNode now = entry.getValue().path("now");
          if (entry.getKey().startsWith(place)
              && now.path("live").asInt() == 2
              && now.path("parked").asInt() == 2
              && told.path("now").path("parked").asInt() >= 4
              && told.path("now").path("leaked").asInt() >= 2) {
            return;
          }
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
    throw new AssertionError(lines);
  }

  private ReportFile report(String name) {
    return new ReportFile(directory.resolve(name + ".jsonl"));
  }
}
