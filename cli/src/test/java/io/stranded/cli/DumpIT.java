package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.BehindGarbage;
import io.stranded.corpus.BusyWorkers;
import io.stranded.corpus.Owners;
import io.stranded.corpus.ScalarReplaced;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A dump for later analysis says what a watch would have said. */
@Execution(ExecutionMode.CONCURRENT)
class DumpIT {
  private static final String LATCH = "leak/LATCH_NEVER_COUNTED_DOWN/latch";

  @TempDir Path directory;

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void rootsAreExactAndThreadsAreLookedAtTwice(Jdk jdk) throws IOException {
    List<String> command =
        List.of("-Xbatch", "-XX:-TieredCompilation", ScalarReplaced.class.getName());
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      Distribution.Result dumped = dump(target, "heap.hprof", "--whole-heap");
      assertThat(dumped.exitCode()).as(dumped.err()).isZero();
      assertThat(dumped.out()).contains("exact roots").contains("heap.threads.json");
    }
    for (String file : List.of("heap.hprof", "heap.threads.json")) {
      assertThat(Files.getPosixFilePermissions(directory.resolve(file)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    Distribution.Result analyzed = analyze("heap.threads.json", "heap.hprof");
    assertThat(analyzed.out())
        .contains("1 thread can never run again")
        .contains("exact roots")
        .contains(LATCH);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void threadsThatRanAfterThePreparationLeaveTheRootsAsDumped(Jdk jdk) throws IOException {
    List<String> command =
        List.of("-Xbatch", "-XX:-TieredCompilation", BusyWorkers.class.getName());
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      Distribution.Result dumped = dump(target, "busy.hprof", "--whole-heap");
      assertThat(dumped.out()).contains("as-dumped roots");
      assertThat(dumped.err()).contains("threads ran between the preparation of the dump");
    }
    assertThat(analyze("busy.threads.json", "busy.hprof").out()).contains("as-dumped roots");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void garbageIsInTheWayOfADumpUnlessItIsCollectedAndNeverOfASnapshot(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, BehindGarbage.COMMAND)) {
      dump(target, "garbage.hprof", "--whole-heap");
      dump(target, "collected.hprof", "--gc");
      Distribution.Result taken = dump(target, "snapshot.hprof");
      assertThat(taken.out()).contains("snapshot.hprof: ", " kB after a pause of ");
    }
    assertThat(analyze("garbage.threads.json", "garbage.hprof").out())
        .contains("INCONCLUSIVE", "dump after a garbage collection, as 'stranded dump --gc'");
    assertThat(analyze("collected.threads.json", "collected.hprof").out())
        .contains("1 thread can never run again", LATCH);
    assertThat(analyze("snapshot.threads.json", "snapshot.hprof").out())
        .contains("1 thread can never run again", LATCH, "frozen roots");
  }

  @Test
  void heapIsDumpedWhereThereCanBeNoSnapshot() throws IOException {
    List<String> command = List.of("-XX:+UseZGC", Owners.class.getName(), "false");
    try (ForkedJvm target = ForkedJvm.start(Jdk.current(), command)) {
      Distribution.Result dumped = dump(target, "zgc.hprof");
      assertThat(dumped.err())
          .contains("stranded: no snapshot of " + target.pid())
          .contains("; a dump of the whole heap instead");
      assertThat(dumped.exitCode()).isZero();
      assertThat(dumped.out()).contains(" MB in ").contains("zgc.threads.json");
    }
  }

  @Test
  void factsOfAnotherDumpAreRefused() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(Owners.class.getName(), "false"))) {
      dump(target, "first.hprof", "--whole-heap");
      // Long enough for the two to be told apart.
      dump(target, "second.hprof", "--whole-heap");
    }
    Distribution.Result analyzed = analyze("first.threads.json", "second.hprof");
    assertThat(analyzed.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(analyzed.err().lines().findFirst().orElse("")).contains("facts are of a dump of");
  }

  private Distribution.Result dump(ForkedJvm target, String name, String... more) {
    List<String> args =
        new ArrayList<>(List.of("dump", "--settle=4s", "--output=" + directory.resolve(name)));
    args.addAll(List.of(more));
    args.add(Long.toString(target.pid()));
    return Distribution.run(args.toArray(String[]::new));
  }

  private Distribution.Result analyze(String facts, String dump) {
    return Distribution.run(
        "analyze", "--threads=" + directory.resolve(facts), directory.resolve(dump).toString());
  }
}
