package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.corpus.Owners;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Life.Stage;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.LeaksOnDemand;
import io.stranded.watch.programs.WatchesItself;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed sidecar stays up: what becomes of targets, findings and of itself. */
class SidecarIT {
  private static final long PATIENCE_SECONDS = 120;

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
                  "--min-age=2s",
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
      Distribution first = watch("first", target);
      Finding opened = await("first", finding -> stage(finding) == Stage.OPENED);
      assertThat(opened.verdict()).isEqualTo(Verdict.LEAKED);
      assertThat(opened.count()).isEqualTo(2);
      target.send("leak 2");
      Finding grown = await("first", finding -> stage(finding) == Stage.GROWN);
      assertThat(grown.life().orElseThrow().further() + grown.count()).isEqualTo(4);
      first.process().destroyForcibly();
      first.await();

      Distribution second = watch("second", target, "--reprove-interval=1s");
      second.awaitLog("going on with 1 open finding");
      Finding proved = await("second", finding -> finding.count() == 4);
      assertThat(firstSeen(proved)).isEqualTo(firstSeen(opened));
      target.send("interrupt");
      Finding resolved = await("second", finding -> stage(finding) == Stage.RESOLVED);
      assertThat(firstSeen(resolved)).isEqualTo(firstSeen(opened));
      second.process().destroy();
      second.await();
      assertThat(findings("second")).noneMatch(finding -> stage(finding) == Stage.OPENED);
      assertThat(findings("second").stream().filter(f -> stage(f) == Stage.RESOLVED)).hasSize(1);
    }
  }

  @Test
  void endOfATargetThatNobodyWatchedIsReportedLater() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 1");
      Distribution first = watch("first", target);
      await("first", finding -> stage(finding) == Stage.OPENED);
      first.process().destroyForcibly();
      first.await();
      target.process().destroyForcibly();
      Distribution.Result second = watch("second", target).await();
      assertThat(second.exitCode()).isEqualTo(4);
      assertThat(second.err()).contains("target " + target.pid() + " has ended meanwhile");
      assertThat(findings("second")).hasSize(1).allMatch(f -> stage(f) == Stage.RESOLVED);
    }
  }

  @Test
  void newJvmsArePickedUpAndEndedOnesFinished() throws IOException {
    Distribution watch =
        Distribution.start(
            "watch",
            "--match=LeaksOnDemand$",
            "--min-age=2s",
            "--format=json",
            "--output=" + report("all"),
            "--dump-dir=" + directory);
    for (Jdk jdk : Jdk.targets()) {
      try (ForkedJvm target = ForkedJvm.start(jdk, List.of(LeaksOnDemand.class.getName()))) {
        target.send("leak 1");
        await("all", finding -> stage(finding) == Stage.OPENED, target.pid());
        target.process().destroyForcibly();
        watch.awaitLog("target " + target.pid() + " has ended");
        await("all", finding -> stage(finding) == Stage.RESOLVED, target.pid());
      }
    }
    assertThat(watch.process().isAlive()).isTrue();
    watch.process().destroy();
    watch.await();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jvmThatListensForJmxIsWatchedFromAfar(Jdk jdk) throws IOException {
    Path passwords = Files.writeString(directory.resolve("passwords"), "watcher secret\n");
    Path access = Files.writeString(directory.resolve("access"), "watcher readwrite\n");
    Path password = Files.writeString(directory.resolve("password"), "secret\n");
    Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    int port = freePort();
    String jmx = "-Dcom.sun.management.jmxremote.";
    List<String> command =
        List.of(
            jmx + "port=" + port,
            jmx + "rmi.port=" + port,
            jmx + "host=127.0.0.1",
            "-Djava.rmi.server.hostname=127.0.0.1",
            jmx + "ssl=false",
            jmx + "password.file=" + passwords,
            jmx + "access.file=" + access,
            LeaksOnDemand.class.getName());
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      target.send("leak 3");
      String url = "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi";
      Distribution.Result refused =
          Distribution.run("watch", "--once", "--min-age=2s", "--dump-dir=" + directory, url);
      assertThat(refused.exitCode()).isEqualTo(4);
      assertThat(refused.err().lines()).hasSize(1).allMatch(line -> line.contains(url));
      Distribution.Result result =
          Distribution.run(
              "watch",
              "--once",
              "--min-age=2s",
              "--format=json",
              "--dump-dir=" + directory,
              "--jmx-user=watcher",
              "--jmx-password-file=" + password,
              url);
      LeakProfile profile = ProfileJsonReader.parse(result.out());
      assertThat(profile.findings()).as(result.err()).hasSize(1);
      assertThat(profile.findings().get(0).verdict()).isEqualTo(Verdict.LEAKED);
      assertThat(profile.findings().get(0).threads())
          .extracting(FoundThread::name)
          .containsOnly("on-demand")
          .hasSize(3);
    }
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
              "--min-age=2s",
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
  void dumpThatMightFillTheDiskIsNotTaken() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      target.send("leak 1");
      Distribution watch = watch("full", target, "--disk-reserve=900000g");
      watch.awaitLog("no heap dump of " + target.pid() + ": it may take");
      Finding suspect = await("full", finding -> stage(finding) == Stage.OPENED);
      assertThat(suspect.verdict()).isEqualTo(Verdict.SUSPECT);
      watch.process().destroy();
      assertThat(watch.await().err()).doesNotContain("taking");
    }
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

  private Distribution watch(String report, ForkedJvm target, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "watch",
                "--min-age=2s",
                "--dump-interval=1s",
                "--format=json",
                "--output=" + report(report),
                "--state-dir=" + directory.resolve("state"),
                "--dump-dir=" + directory));
    args.addAll(List.of(more));
    args.add(Long.toString(target.pid()));
    return Distribution.start(args.toArray(String[]::new));
  }

  private Path report(String name) {
    return directory.resolve(name + ".jsonl");
  }

  private Finding await(String report, Predicate<Finding> wanted) throws IOException {
    return await(report, wanted, -1);
  }

  private Finding await(String report, Predicate<Finding> wanted, long pid) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      for (LeakProfile profile : profiles(report)) {
        if (pid < 0 || profile.target().orElseThrow().pid() == pid) {
          for (Finding finding : profile.findings()) {
            if (wanted.test(finding)) {
              return finding;
            }
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
    throw new AssertionError("not in the report: " + profiles(report));
  }

  private List<Finding> findings(String report) throws IOException {
    return profiles(report).stream().flatMap(profile -> profile.findings().stream()).toList();
  }

  private List<LeakProfile> profiles(String report) throws IOException {
    if (!Files.exists(report(report))) {
      return List.of();
    }
    String text = Files.readString(report(report));
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .map(ProfileJsonReader::parse)
        .toList();
  }

  private static Stage stage(Finding finding) {
    return finding.life().orElseThrow().stage();
  }

  private static Instant firstSeen(Finding finding) {
    return finding.life().map(Life::firstSeen).orElseThrow();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
