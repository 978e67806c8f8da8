package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A target that may not have more threads, processes or memory is told of, and stays unharmed. */
class SnapshotLimitsTest {
  /** As a user that nobody is, so that its processes are the target's alone. */
  private static final List<String> OTHER =
      List.of("setpriv", "--reuid", "61853", "--regid", "61853", "--clear-groups");

  private static final int LOOKS = 20_000;

  /** Below the reserve of a snapshot, and above what attaching takes. */
  private static final long LITTLE = 48L << 20;

  private static final long MUCH = 1L << 30;

  @TempDir Path temporary;
  private Path directory = Path.of("");

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @BeforeEach
  void openToAnyUser() throws IOException {
    directory = Files.createDirectory(temporary.resolve("open"));
    for (Path path : List.of(temporary, directory)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void wantOfThreadsIsTold(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = startAsOther(jdk)) {
      Snapshots snapshots = snapshots(jvm);
      assertThat(snapshots.take(request())).isInstanceOf(SnapshotResult.Unreached.class);
      limitProcesses(jvm, 1);
      assertThat(reason(snapshots.take(request())))
          .isEqualTo("no thread could be started for the snapshot");
      unlimited(jvm, snapshots);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void forkThatIsRefusedIsTold(Jdk jdk) throws Exception {
    assumeTrue(isRoot(), "the processes of this user are not the target's alone");
    try (ForkedJvm jvm = startAsOther(jdk)) {
      Snapshots snapshots = snapshots(jvm);
      assertThat(snapshots.take(request())).isInstanceOf(SnapshotResult.Unreached.class);
      // The thread that takes the snapshot is the last one for which there is room.
      limitProcesses(jvm, tasks(jvm) + 1);
      assertThat(reason(snapshots.take(request())))
          .isEqualTo("fork was refused: Resource temporarily unavailable");
      unlimited(jvm, snapshots);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void roomInTheGroupOfTheTargetDecides(Jdk jdk) throws Exception {
    Optional<MemoryGroup> made = MemoryGroup.make();
    assumeTrue(made.isPresent(), "no cgroup can be made here");
    try (MemoryGroup group = made.orElseThrow()) {
      ForkedJvm jvm = start(jdk);
      try {
        group.take(jvm.pid());
        Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
        assertThat(snapshots.take(request())).isInstanceOf(SnapshotResult.Unreached.class);
        group.leave(LITTLE);
        assertThat(reason(snapshots.take(request())))
            .matches("only \\d+ MiB of memory are left, and \\d+ MiB are needed");
        group.leave(MUCH);
        assertThat(snapshots.take(request())).isInstanceOf(SnapshotResult.Unreached.class);
        assertThat(reason(whileMemoryRunsShort(jvm, snapshots, group)))
            .isEqualTo("memory ran short while the snapshot was looked at");
        assertThat(jvm.process().isAlive()).isTrue();
      } finally {
        jvm.close();
        awaitEmpty(group);
      }
    }
  }

  private static SnapshotResult whileMemoryRunsShort(
      ForkedJvm jvm, Snapshots snapshots, MemoryGroup group) throws Exception {
    CompletableFuture<SnapshotResult> result =
        CompletableFuture.supplyAsync(() -> snapshots.take(request()));
    for (int i = 0; i < LOOKS; i++) {
      Optional<ProcessHandle> child = jvm.process().toHandle().children().findFirst();
      if (child.isPresent()) {
        run("kill", "-STOP", Long.toString(child.get().pid()));
        break;
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    group.leave(LITTLE);
    return result.get(120, TimeUnit.SECONDS);
  }

  /** A process that has ended stays in its group for some moments. */
  private static void awaitEmpty(MemoryGroup group) throws Exception {
    Path processes = group.directory().resolve("cgroup.procs");
    for (int i = 0; i < LOOKS && !Files.readString(processes).isEmpty(); i++) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static SnapshotRequest request() {
    return SnapshotRequest.ofAll(JdkRules.rules());
  }

  private Snapshots snapshots(ForkedJvm jvm) throws IOException {
    Path library = directory.resolve("libstranded-snapshot.so");
    Files.copy(ForkedTarget.library(), library);
    return ForkedTarget.snapshots(jvm, library, directory);
  }

  private static List<String> command() {
    // Compiler threads that come and go would take the room of others.
    return List.of(
        "-Xmx600m",
        "-XX:+UseSerialGC",
        "-XX:-UseDynamicNumberOfCompilerThreads",
        "-XX:+EnableDynamicAgentLoading");
  }

  private static ForkedJvm start(Jdk jdk) {
    List<String> command = new ArrayList<>(command());
    command.addAll(List.of(LeaksAndTwins.class.getName(), "100"));
    return ForkedJvm.start(jdk, command);
  }

  /** As a user for whom limits hold, which needs a copy of the program that it may read. */
  private ForkedJvm startAsOther(Jdk jdk) throws Exception {
    if (!isRoot()) {
      return start(jdk);
    }
    List<String> probe = new ArrayList<>(OTHER);
    probe.addAll(List.of(jdk.tool("java"), "-version"));
    assumeTrue(run(probe.toArray(String[]::new)) == 0, "no other user can start this JDK");
    Path program = Path.of("io/stranded/snapshot");
    Path classes = Path.of(LeaksAndTwins.class.getResource("/" + program).toURI());
    Path copy = Files.createDirectories(directory.resolve("classes").resolve(program));
    for (File file : Optional.ofNullable(classes.toFile().listFiles()).orElse(new File[0])) {
      if (file.getName().startsWith(LeaksAndTwins.class.getSimpleName())) {
        Files.copy(file.toPath(), copy.resolve(file.getName()));
      }
    }
    List<String> command = new ArrayList<>(command());
    command.addAll(List.of("-cp", directory.resolve("classes").toString()));
    command.addAll(List.of(LeaksAndTwins.class.getName(), "10"));
    ForkedJvm jvm = ForkedJvm.startBehind(OTHER, jdk, command);
    // What a JVM of root's with this number may have left, that user cannot remove.
    Files.deleteIfExists(Path.of("/tmp/.java_pid" + jvm.pid()));
    return jvm;
  }

  private static void limitProcesses(ForkedJvm jvm, int most) throws Exception {
    List<String> command = new ArrayList<>(isRoot() ? OTHER : List.of());
    command.addAll(List.of("prlimit", "--pid", Long.toString(jvm.pid()), "--nproc=" + most + ":"));
    assertThat(run(command.toArray(String[]::new))).isZero();
  }

  private static void unlimited(ForkedJvm jvm, Snapshots snapshots) throws Exception {
    limitProcesses(jvm, 10_000);
    assertThat(jvm.process().isAlive()).isTrue();
    assertThat(jvm.process().toHandle().children()).isEmpty();
    assertThat(snapshots.take(request())).isInstanceOf(SnapshotResult.Unreached.class);
  }

  /** The threads of the target, once that of the last snapshot has ended. */
  private static int tasks(ForkedJvm jvm) throws Exception {
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      String[] tasks = new File("/proc/" + jvm.pid() + "/task").list();
      least = Math.min(least, tasks == null ? least : tasks.length);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return least;
  }

  private static boolean isRoot() throws Exception {
    return run("sh", "-c", "test $(id -u) -eq 0") == 0;
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }

  private static String reason(SnapshotResult result) {
    assertThat(result).isInstanceOf(SnapshotResult.Refused.class);
    return ((SnapshotResult.Refused) result).reason();
  }
}
