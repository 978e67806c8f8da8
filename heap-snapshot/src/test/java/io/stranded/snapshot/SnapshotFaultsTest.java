package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.snapshot.SnapshotRules.Kind;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong: one line, no verdict, and a target that is none the worse for it. */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotFaultsTest {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final int LOOKS = 20_000;

  @TempDir Path directory;

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void killedProcessHasNoAnswer(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      assertThat(disturbed(jvm, Duration.ofSeconds(60), "KILL"))
          .isEqualTo("the snapshot's process was ended by signal 9");
      assertUnharmed(jvm);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void crashedProcessSaysWhereItWas(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      assertThat(disturbed(jvm, Duration.ofSeconds(60), "SEGV"))
          .startsWith("the snapshot's process crashed with signal 11 while it ");
      assertUnharmed(jvm);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void stoppedProcessIsEnded(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      assertThat(disturbed(jvm, Duration.ofSeconds(2), "STOP"))
          .isEqualTo("the snapshot took longer than allowed");
      assertUnharmed(jvm);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void targetThatEndsIsTold(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      CompletableFuture<SnapshotResult> result = inBackground(jvm, Duration.ofSeconds(60));
      ProcessHandle child = child(jvm);
      signal(child, "STOP");
      jvm.process().destroyForcibly();
      assertThat(reason(result.get(60, TimeUnit.SECONDS)))
          .isEqualTo("the target ended before the snapshot was there");
      assertThat(child.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void heapThatIsMappedSharedIsRefused(Jdk jdk) {
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk,
            List.of(
                "-XX:+UseZGC",
                "-XX:+EnableDynamicAgentLoading",
                LeaksAndTwins.class.getName(),
                "10"))) {
      assertThat(reason(ForkedTarget.snapshots(jvm, directory).take(request())))
          .isEqualTo("this JVM does not tell of fixed bounds of its heap, as with ZGC");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void virtualThreadsThatAreNotTrackedAreRefused(Jdk jdk) {
    assumeTrue(jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS);
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk,
            List.of(
                "-Djdk.trackAllThreads=false",
                "-XX:+EnableDynamicAgentLoading",
                BlockedVirtualThread.class.getName()))) {
      assertThat(reason(ForkedTarget.snapshots(jvm, directory).take(request())))
          .endsWith(" is in use: virtual threads of this JVM are not tracked");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void wantOfMemoryIsToldBefore(Jdk jdk) {
    try (ForkedJvm jvm = start(jdk)) {
      SnapshotRequest greedy = request().withReserveBytes(Long.MAX_VALUE / 2);
      assertThat(reason(ForkedTarget.snapshots(jvm, directory).take(greedy)))
          .matches("only \\d+ MiB of memory are left, and \\d+ MiB are needed");
      assertUnharmed(jvm);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void islandThatIsTooLargeIsGivenUp(Jdk jdk) {
    try (ForkedJvm jvm = start(jdk)) {
      assertThat(reason(ForkedTarget.snapshots(jvm, directory).take(request().withMostBytes(100))))
          .isEqualTo("what only the threads in question lead to is larger than allowed");
      assertUnharmed(jvm);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void ruleThatWouldMissReferencesIsRefused(Jdk jdk) {
    try (ForkedJvm jvm = start(jdk)) {
      SnapshotRules rules =
          JdkRules.rules().field(Kind.FOLLOW, "java.lang.ref.FinalReference", "elsewhere");
      assertThat(reason(ForkedTarget.snapshots(jvm, directory).take(SnapshotRequest.ofAll(rules))))
          .isEqualTo("class java.lang.ref.FinalReference of this JVM has no field elsewhere");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void threadThatIsNotThereIsJudgedByNobody(Jdk jdk) {
    try (ForkedJvm jvm = start(jdk)) {
      SnapshotRequest one =
          request().withThreads(Map.of(1L << 40, SnapshotRequest.Handle.BY_INTERRUPT));
      SnapshotResult result = ForkedTarget.snapshots(jvm, directory).take(one);
      assertThat(result).isInstanceOf(SnapshotResult.AllLive.class);
      assertThat(((SnapshotResult.AllLive) result).figures().candidates()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void twoAtOnceDoNotDisturbEachOther(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      List<CompletableFuture<SnapshotResult>> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Path own = Files.createDirectory(directory.resolve("own-" + i));
        Snapshots snapshots = ForkedTarget.snapshots(jvm, own);
        results.add(CompletableFuture.supplyAsync(() -> snapshots.take(request())));
      }
      for (CompletableFuture<SnapshotResult> result : results) {
        assertThat(result.get(120, TimeUnit.SECONDS)).isInstanceOf(SnapshotResult.Unreached.class);
      }
      assertUnharmed(jvm);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingIsLeftInTheTarget(Jdk jdk) throws Exception {
    try (ForkedJvm jvm = start(jdk)) {
      Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
      snapshots.take(request());
      long files = count(jvm, "fd");
      long threads = count(jvm, "task");
      for (int i = 0; i < 20; i++) {
        assertThat(snapshots.take(request())).isInstanceOf(SnapshotResult.Unreached.class);
      }
      assertThat(awaitAtMost(jvm, "fd", files)).isLessThanOrEqualTo(files);
      assertThat(awaitAtMost(jvm, "task", threads)).isLessThanOrEqualTo(threads);
      assertThat(jvm.process().toHandle().children()).isEmpty();
      assertThat(directory.toFile().list()).isEmpty();
    }
  }

  private static SnapshotRequest request() {
    return SnapshotRequest.ofAll(JdkRules.rules());
  }

  private static ForkedJvm start(Jdk jdk) {
    return ForkedJvm.start(
        jdk,
        List.of(
            "-Xmx600m", "-XX:+EnableDynamicAgentLoading", LeaksAndTwins.class.getName(), "200"));
  }

  private CompletableFuture<SnapshotResult> inBackground(ForkedJvm jvm, Duration deadline) {
    Snapshots snapshots = ForkedTarget.snapshots(jvm, directory);
    return CompletableFuture.supplyAsync(() -> snapshots.take(request().withDeadline(deadline)));
  }

  /** Sends a signal to the forked process while it marks, and returns the reason told. */
  private String disturbed(ForkedJvm jvm, Duration deadline, String signal) throws Exception {
    CompletableFuture<SnapshotResult> result = inBackground(jvm, deadline);
    ProcessHandle child = child(jvm);
    signal(child, "STOP");
    signal(child, signal);
    if (!signal.equals("STOP")) {
      signal(child, "CONT");
    }
    return reason(result.get(120, TimeUnit.SECONDS));
  }

  /** The forked process, once it has begun its work. */
  private static ProcessHandle child(ForkedJvm jvm) throws Exception {
    for (int i = 0; i < LOOKS; i++) {
      Optional<ProcessHandle> child = jvm.process().toHandle().children().findFirst();
      if (child.isPresent() && isSettled(child.get())) {
        return child.get();
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    throw new AssertionError("the target has no child");
  }

  private static boolean isSettled(ProcessHandle child) {
    try {
      return Files.readString(Path.of("/proc/" + child.pid() + "/comm"))
          .startsWith("stranded-child");
    } catch (IOException e) {
      return false;
    }
  }

  private static void signal(ProcessHandle process, String name) throws Exception {
    run("kill", "-" + name, Long.toString(process.pid()));
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private static String reason(SnapshotResult result) {
    assertThat(result).isInstanceOf(SnapshotResult.Refused.class);
    return ((SnapshotResult.Refused) result).reason();
  }

  private void assertUnharmed(ForkedJvm jvm) {
    assertThat(jvm.process().isAlive()).isTrue();
    assertThat(jvm.process().toHandle().children()).isEmpty();
    assertThat(ForkedTarget.snapshots(jvm, directory).take(request()))
        .isInstanceOf(SnapshotResult.Unreached.class);
  }

  private static long count(ForkedJvm jvm, String what) {
    File[] files = new File("/proc/" + jvm.pid() + "/" + what).listFiles();
    return files == null ? -1 : files.length;
  }

  /** A thread, and the attacher's connection, are gone some moments after the result is there. */
  private static long awaitAtMost(ForkedJvm jvm, String what, long most)
      throws InterruptedException {
    long left = count(jvm, what);
    for (int i = 0; i < 1000 && left > most; i++) {
      TimeUnit.MILLISECONDS.sleep(5);
      left = count(jvm, what);
    }
    return left;
  }
}
