package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.KeptAlive;
import io.stranded.corpus.Owners;
import io.stranded.corpus.ScalarReplaced;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A snapshot for later analysis says what a dump would have said, without what lives. */
@EnabledOnOs(OS.LINUX)
class SnapshotIT {
  private static final int SIGTERM_CODE = 143;

  private static final String ISLAND = "island.hprof";

  @TempDir Path directory;

  /** What calls have left on the stack of a running thread may hide a leak from one snapshot. */
  private static final int TRIES = 5;

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void leaksAreProvedByTheIslandAlone(Jdk jdk) throws IOException, InterruptedException {
    List<String> command =
        List.of("-Xbatch", "-XX:-TieredCompilation", ScalarReplaced.class.getName());
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      Distribution.Result taken = snapshot(target);
      for (int i = 1; i < TRIES && !Files.exists(directory.resolve(ISLAND)); i++) {
        taken = snapshot(target);
      }
      assertThat(taken.exitCode()).as(taken.err()).isZero();
      assertThat(taken.out()).contains("island.threads.json");
      assertThat(endOf(target)).isZero();
    }
    for (String file : List.of(ISLAND, "island.threads.json")) {
      assertThat(Files.getPosixFilePermissions(directory.resolve(file)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(Files.size(directory.resolve(ISLAND))).isLessThan(1_000_000);
    Distribution.Result analyzed =
        Distribution.run(
            "analyze",
            "--threads=" + directory.resolve("island.threads.json"),
            directory.resolve(ISLAND).toString());
    assertThat(analyzed.out())
        .contains("1 thread can never run again")
        .contains("frozen roots")
        .contains("leak/LATCH_NEVER_COUNTED_DOWN/latch")
        .doesNotContain("INCONCLUSIVE");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void nothingIsWrittenIfAllThreadsLive(Jdk jdk) throws IOException, InterruptedException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Sleeper.class.getName()))) {
      Distribution.Result taken = snapshot(target);
      assertThat(taken.exitCode()).as(taken.err()).isZero();
      assertThat(taken.out().lines()).singleElement().asString().contains("nothing written");
      assertThat(endOf(target)).isZero();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void refusalIsOneLine(Jdk jdk) throws IOException {
    List<String> command = List.of("-XX:+UseZGC", Owners.class.getName(), "false");
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      Distribution.Result taken = snapshot(target);
      assertThat(taken.exitCode()).as(taken.out()).isEqualTo(ExitCode.TARGET_LOST);
      assertThat(taken.err().lines())
          .singleElement()
          .asString()
          .startsWith("stranded: no snapshot of " + target.pid() + ": ");
      assertThat(target.process().isAlive()).isTrue();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void fileThatExistsIsKept() throws IOException {
    Path file = Files.writeString(directory.resolve(ISLAND), "mine");
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(KeptAlive.class.getName(), "false"))) {
      Distribution.Result taken = snapshot(target);
      assertThat(taken.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(taken.err()).contains("exists");
    }
    assertThat(file).hasContent("mine");
  }

  /** Has the JVM end by itself, which has it look at the library once more. */
  private static int endOf(ForkedJvm target) throws IOException, InterruptedException {
    target.process().destroy();
    // By a signal, that is; a crash gives another code.
    return target.process().waitFor() == SIGTERM_CODE ? 0 : target.process().exitValue();
  }

  private Distribution.Result snapshot(ForkedJvm target) {
    return Distribution.run(
        "snapshot",
        "--settle=1s",
        "--output=" + directory.resolve(ISLAND),
        Long.toString(target.pid()));
  }

  /** A program without leaks. */
  static final class Sleeper {
    private Sleeper() {}

    public static void main(String[] args) throws IOException {
      System.out.println("READY");
      System.in.read();
    }
  }
}
