package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many snapshots of one busy JVM, {@code -Dstranded.soak} of them: none fails, and nothing of them
 * stays in it.
 */
class SnapshotSoakTest {
  private static final int SNAPSHOTS = Integer.getInteger("stranded.soak", 40);

  /** So many it takes until the JVM has made what it makes once. */
  private static final int FIRST = Math.max(10, SNAPSHOTS / 10);

  /** What the heap and the compilers of a busy JVM take or give back meanwhile. */
  private static final long SLACK_BYTES = 48L << 20;

  @TempDir Path directory;

  /** What a process has. */
  private record Held(
      long bytes, long descriptors, long threads, long children, long libraryMappings) {
    static Held by(long pid) throws IOException {
      Path process = Path.of("/proc/" + pid);
      long bytes = 0;
      for (String line : Files.readAllLines(process.resolve("status"))) {
        if (line.startsWith("RssAnon:")) {
          bytes = Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
      return new Held(
          bytes,
          count(process.resolve("fd")),
          count(process.resolve("task")),
          children(pid),
          Files.readAllLines(process.resolve("maps")).stream()
              .filter(line -> line.contains(ForkedTarget.library().toString()))
              .count());
    }

    private static long count(Path directory) throws IOException {
      try (Stream<Path> entries = Files.list(directory)) {
        return entries.count();
      }
    }

    /** Zombies, too. */
    private static long children(long pid) throws IOException {
      try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
        return processes.filter(process -> parent(process).equals(Long.toString(pid))).count();
      }
    }

    private static String parent(Path process) {
      try {
        String stat = Files.readString(process.resolve("stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[1];
      } catch (IOException e) {
        return "no process, or one that has ended";
      }
    }
  }

  /** All, or the one that {@code -Dstranded.soak.jdk} names by its feature release. */
  static Stream<Jdk> jdks() {
    Integer one = Integer.getInteger("stranded.soak.jdk");
    return Jdk.targets().stream().filter(jdk -> one == null || jdk.feature() == one);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void nothingOfManySnapshotsStaysInTheTarget(Jdk jdk) throws IOException {
    List<String> command =
        List.of(
            "-XX:+UseSerialGC",
            "-Xms256m",
            "-Xmx256m",
            "-XX:+AlwaysPreTouch",
            "-XX:+EnableDynamicAgentLoading",
            LeaksAndTwins.class.getName(),
            "50",
            "busy");
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      int proved = 0;
      Held before = null;
      for (int i = 0; i < SNAPSHOTS; i++) {
        SnapshotResult result = snapshots.take(SnapshotRequest.ofAll(JdkRules.rules()));
        assertThat(result).as("snapshot %d", i).isNotInstanceOf(SnapshotResult.Refused.class);
        proved += result instanceof SnapshotResult.Unreached ? 1 : 0;
        if (i == FIRST) {
          before = Held.by(jvm.pid());
        }
        if (SNAPSHOTS >= 1000 && i % (SNAPSHOTS / 10) == 0) {
          System.out.printf("%s: after %d snapshots %s%n", jdk, i, Held.by(jvm.pid()));
        }
      }
      Held after = Held.by(jvm.pid());
      System.out.printf(
          "%s: %d snapshots, %d with leaks; %s, then %s%n", jdk, SNAPSHOTS, proved, before, after);
      assertThat(before).isNotNull();
      assertThat(after.bytes()).isLessThan(before.bytes() + SLACK_BYTES);
      assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 1);
      assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 2);
      assertThat(after.children()).isZero();
      assertThat(after.libraryMappings()).isPositive().isEqualTo(before.libraryMappings());
      assertThat(jvm.output()).noneMatch(line -> line.contains("Exception"));
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files).isEmpty();
      }
    }
  }
}
