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
 * JVMs with files and a network of their own, as those of pods are for a DaemonSet, are watched and
 * proved by snapshots as any other.
 */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class ContainerIT {
  private static final int FIRST = 17;

  @TempDir Path directory;

  /** Each release, and each user. */
  static Stream<Arguments> containers() {
    return Jdk.targets().stream().map(jdk -> Arguments.of(jdk, jdk.feature() > FIRST));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void leakIsProvedBySnapshotAndNothingIsLeft(Jdk jdk, boolean ofAnotherUser) throws Exception {
    Path temporary = open(Files.createDirectory(directory.resolve("tmp")));
    Path inside = open(Files.createDirectory(directory.resolve("inside")));
    open(directory);
    String option = "-Djava.io.tmpdir=" + temporary;
    Jdk java = ofAnotherUser ? Strangers.jdk(jdk, directory.resolve("jdk")) : jdk;
    try (ForkedJvm target =
        ForkedJvm.startBehind(
            container(inside, temporary), java, List.of(option, LeaksOnDemand.class.getName()))) {
      target.send("leak 2");
      Distribution.Result result =
          Distribution.startWith(
                  List.of(option),
                  "watch",
                  "--once",
                  "--min-age=1s",
                  "--format=json",
                  "--dump-dir=" + temporary.resolve("dumps"),
                  Long.toString(target.pid()))
              .await();
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

  /** What it takes: a directory that is another one for the JVM, and no way to its loopback. */
  private static List<String> container(Path inside, Path temporary) throws InterruptedException {
    List<String> namespaces = List.of("unshare", "--mount", "--net");
    assumeTrue(canRun(namespaces), "no namespaces can be made: not root, or no unshare");
    String script = "mount --bind '%s' '%s' && exec \"$@\"".formatted(inside, temporary);
    return Stream.concat(namespaces.stream(), Stream.of("sh", "-c", script, "sh")).toList();
  }

  private static boolean canRun(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(Stream.concat(command.stream(), Stream.of("true")).toList())
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path open(Path path) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
  }
}
