package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.cli.Distribution;
import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.testing.Strangers;
import io.stranded.watch.programs.LeaksOnDemand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JVMs of other users, and with files and a network of their own, as those of pods are for a
 * DaemonSet, are watched and proved by snapshots as any other.
 */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class ContainerIT {
  private static final int FIRST = 17;

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  /** Each release, and each user. */
  static Stream<Arguments> containers() {
    return Jdk.targets().stream().map(jdk -> Arguments.of(jdk, jdk.feature() > FIRST));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void leakIsProvedBySnapshotAndNothingIsLeft(Jdk jdk, boolean ofAnotherUser) throws Exception {
    Path temporary = open(Files.createDirectory(directory.resolve("tmp")), "rwxrwxrwx");
    Path inside = open(Files.createDirectory(directory.resolve("inside")), "rwxrwxrwx");
    open(directory, "rwxr-xr-x");
    String option = "-Djava.io.tmpdir=" + temporary;
    Jdk java = ofAnotherUser ? Strangers.jdk(jdk, directory.resolve("jdk")) : jdk;
    try (ForkedJvm target =
        ForkedJvm.startBehind(
            container(inside, temporary), java, List.of(option, LeaksOnDemand.class.getName()))) {
      target.send("leak 2");
      Distribution.Result result = watchOnce(temporary, target);
      assertThat(result.exitCode()).as(result.err()).isZero();
      LeakProfile profile = ProfileJsonReader.parse(result.out());
      assertThat(profile.findings()).as(result.err()).hasSize(1);
      Finding finding = profile.findings().get(0);
      assertThat(finding.verdict()).isEqualTo(Verdict.LEAKED);
      assertThat(finding.cause()).isEqualTo(Cause.LATCH_NEVER_COUNTED_DOWN);
      assertThat(finding.threads()).hasSize(2);
      assertThat(profile.dump().orElseThrow().roots()).isEqualTo(RootPrecision.FROZEN);
      assertThat(result.err()).doesNotContain("heap dump", "not written");
      assertThat(temporary).as("ours").isEmptyDirectory();
      assertThat(inside.toFile().list())
          .contains("dumps")
          .noneMatch(name -> name.startsWith("stranded"));
      assertThat(inside.resolve("dumps")).isEmptyDirectory();
      assertThat(target.jcmd("Thread.print")).doesNotContain("stranded-");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void rootWatchesAJvmOfAnotherUserAndLeavesNothing(Jdk jdk) throws Exception {
    UserPrincipal stranger = Strangers.one();
    Jdk asStranger = Strangers.jdk(jdk, directory.resolve("jdk"));
    open(directory, "rwxr-xr-x");
    Path temporary = open(Files.createDirectory(directory.resolve("tmp")), "rwxrwxrwx");
    String option = "-Djava.io.tmpdir=" + temporary;
    List<String> program = List.of(option, LeaksOnDemand.class.getName());
    try (ForkedJvm target = ForkedJvm.start(asStranger, program)) {
      assertThat(Files.getOwner(Path.of("/proc", Long.toString(target.pid())))).isEqualTo(stranger);
      target.send("leak 2");
      Distribution.Result result = watchOnce(temporary, target);
      assertThat(result.exitCode()).as(result.err()).isZero();
      LeakProfile profile = ProfileJsonReader.parse(result.out());
      assertThat(profile.hasLeaks()).as(result.err()).isTrue();
      assertThat(result.err())
          .contains("snapshot of " + target.pid())
          .doesNotContain("not written", "heap dump");
      assertThat(temporary.resolve("dumps")).isEmptyDirectory();
      assertThat(temporary.toFile().list()).noneMatch(name -> name.startsWith("stranded"));
    }
  }

  /** With our own directory for what is temporary in the place of the target's. */
  private static Distribution.Result watchOnce(Path temporary, ForkedJvm target) {
    return Distribution.startWith(
            List.of("-Djava.io.tmpdir=" + temporary),
            "watch",
            "--once",
            "--min-age=1s",
            "--format=json",
            "--dump-dir=" + temporary.resolve("dumps"),
            Long.toString(target.pid()))
        .await();
  }

  /** What it takes: a directory that is another one for the JVM, and no way to its loopback. */
  private static List<String> container(Path inside, Path temporary) throws InterruptedException {
    List<String> namespaces = List.of("unshare", "--mount", "--net");
    assumeTrue(
        Strangers.canRun(Stream.concat(namespaces.stream(), Stream.of("true")).toList()),
        "no namespaces can be made: not root, or no unshare");
    String script = "mount --bind '%s' '%s' && exec \"$@\"".formatted(inside, temporary);
    return Stream.concat(namespaces.stream(), Stream.of("sh", "-c", script, "sh")).toList();
  }

  private static Path open(Path path, String rights) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }
}
