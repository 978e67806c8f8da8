package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.junit.fixtures.HangingTests;
import io.stranded.junit.fixtures.LeakingTests;
import io.stranded.junit.fixtures.ParallelTests;
import io.stranded.junit.fixtures.SharedThreadsTests;
import io.stranded.junit.fixtures.UninheritedTests;
import io.stranded.junit.fixtures.VirtualTests;
import io.stranded.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The oldest and the newest JUnit, on each JDK, in parallel by each of their executors. */
class JUnitVersionsTest {
  private static final String PARALLEL = "junit.jupiter.execution.parallel.";
  private static final List<String> SIDE_BY_SIDE =
      List.of(
          PARALLEL + "enabled=true",
          PARALLEL + "config.strategy=fixed",
          PARALLEL + "config.fixed.parallelism=4");

  private static final String POOL = PARALLEL + "config.executor-service=WORKER_THREAD_POOL";

  /** Neither the native library nor {@code sun.misc.Unsafe}. */
  private static final List<String> BARE =
      List.of(
          "-Dstranded.noLibrary=true",
          "--limit-modules=java.base,java.logging,java.management,jdk.management");

  @Test
  void oldestInParallel() throws Exception {
    for (Jdk jdk : Jdk.targets()) {
      List<String> lines = run(jdk, /* newest= */ false, SIDE_BY_SIDE, ParallelTests.class);
      assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
          .as(jdk + ": " + lines)
          .singleElement()
          .asString()
          .contains("\"lost by leaking\"", "startsThreads() \"leaking\"");
      assertThat(lines).contains("PASSED clean one", "PASSED clean two");
    }
  }

  @Test
  void newestInParallelByItsPoolOfThreads() throws Exception {
    List<String> parameters = Stream.concat(SIDE_BY_SIDE.stream(), Stream.of(POOL)).toList();
    for (Jdk jdk : Jdk.targets()) {
      List<String> lines =
          run(
              jdk,
              /* newest= */ true,
              parameters,
              ParallelTests.class,
              LeakingTests.OneOfThree.class,
              LeakingTests.Templates.class,
              HangingTests.InJunitsThread.class);
      assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
          .as(jdk + ": " + lines)
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).contains("\"lost by leaking\""),
              line -> assertThat(line).contains("FAILED loses()"),
              line -> assertThat(line).contains("FAILED [2] ", "\"parameter\""),
              line -> assertThat(line).contains("FAILED dynamic two", "\"dynamic\""),
              line -> assertThat(line).contains("FAILED repetition 2 of 3", "\"repeated\""),
              line -> assertThat(line).contains("FAILED waitsForALostLatch()"));
    }
  }

  @Test
  void virtualThreadsAreAttributedWhereThereAreAny() throws Exception {
    for (Jdk jdk : Jdk.targets()) {
      if (jdk.feature() >= 21) {
        // And where nothing lets them be read but the JVM's own thread dump.
        for (List<String> flags : List.of(List.<String>of(), BARE)) {
          List<String> lines = run(jdk, flags, /* newest= */ true, List.of(), VirtualTests.class);
          assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
              .as(jdk + ": " + lines)
              .singleElement()
              .asString()
              .contains("VirtualTests.losesAVirtualThread()")
              .contains("latch never counted down");
        }
      }
    }
  }

  /** Which may wait for ever on purpose elsewhere, and in which build tools run tests. */
  @Test
  void testThatHangsInTheMainThreadFails() throws Exception {
    for (Jdk jdk : Jdk.targets()) {
      List<String> lines =
          run(jdk, /* newest= */ true, List.of(), HangingTests.InJunitsThread.class);
      assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
          .as(jdk + ": " + lines)
          .singleElement()
          .asString()
          .contains("waitsForALostLatch() can never end")
          .contains("latch never counted down");
    }
  }

  /**
   * The common pool has no threads before, as it has where other tests have run. What is nobody's
   * fails none, and is told in the end unless it is ignored.
   */
  @Test
  void threadThatASharedOneStartsIsOfTheTestThatItsStackNamesOrOfNone() throws Exception {
    for (Jdk jdk : Jdk.targets()) {
      List<String> lines =
          run(
              jdk,
              /* newest= */ true,
              List.of(),
              SharedThreadsTests.ByTheCommonPool.class,
              SharedThreadsTests.ByAPool.class,
              UninheritedTests.class);
      assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
          .as(jdk + ": " + lines)
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).startsWith("FAILED losesByThatOfAnotherTest(): "),
              line -> assertThat(line).startsWith("FAILED losesByThatOfTheClass(): "),
              line ->
                  assertThat(line)
                      .startsWith("FAILED SharedThreadsTests$ByAPool: ")
                      .contains("\"lost by nobody known\"")
                      .doesNotContain("fillsOne()"));
      String all = String.join("\n", lines);
      assertThat(all)
          .contains("somebody unknown leaves 2 threads behind, ")
          .contains("\"lost by the common pool\" #", "\"lost by nobody known\" #", "\"lost\" #")
          .contains("with -javaagent:stranded-agent.jar that is seen")
          .doesNotContain("\"ignored\"");
      assertThat(all.contains("lost virtual")).as(all).isEqualTo(jdk.feature() >= 21);
    }
  }

  @Test
  void suiteThatLeavesNothingPaysForNoProof() throws Exception {
    List<String> flags = List.of("-Xlog:class+load");
    String proofs = "io.stranded.internal.proof.OwnProofs ";
    assertThat(run(flags, List.of(), LeakingTests.ServerAround.class))
        .contains(
            "PASSED callsIt()",
            "stranded: looked at 1 test and 1 thread that they started: 0 leaks")
        .noneMatch(line -> line.contains(proofs));
    assertThat(run(flags, List.of(), LeakingTests.OneOfThree.class))
        .anyMatch(line -> line.contains(proofs));
  }

  /** No snapshot can be taken with this collector. */
  @Test
  void heapDumpProvesWhereThereIsNoSnapshot() throws Exception {
    List<String> lines =
        run(
            Jdk.targets().get(0),
            List.of("-XX:+UseZGC"),
            /* newest= */ false,
            List.of(),
            LeakingTests.OneOfThree.class,
            LeakingTests.PoolOfTheClass.class);
    assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
        .as(lines.toString())
        .singleElement()
        .asString()
        .contains("FAILED loses()", "latch never counted down", "LeakingTests$OneOfThree.loses(")
        .contains("proved by a heap dump, since ");
  }

  @Test
  void jvmThatLetsNothingBeReadTellsLeaksWithoutTheirCreators() throws Exception {
    List<String> lines = run(BARE, List.of(), LeakingTests.OneOfThree.class);
    assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
        .as(lines.toString())
        .singleElement()
        .asString()
        .contains("FAILED loses()", "latch never counted down")
        .doesNotContain("created by");
  }

  @Test
  void jvmThatLetsNothingBeReadSaysWhatItDoesNotSeeOfTestsSideBySide() throws Exception {
    List<String> lines = run(BARE, SIDE_BY_SIDE, ParallelTests.class);
    assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
        .as("by all of them together: " + lines)
        .singleElement()
        .asString()
        .contains("FAILED startsThreads(String)", "\"lost by leaking\"");
    assertThat(lines)
        .anyMatch(line -> line.startsWith("stranded: other tests ran beside it"))
        .anyMatch(line -> line.contains("--add-opens java.base/java.lang.invoke=ALL-UNNAMED"));
    List<String> opened =
        run(
            Stream.concat(
                    BARE.stream(), Stream.of("--add-opens=java.base/java.lang.invoke=ALL-UNNAMED"))
                .toList(),
            SIDE_BY_SIDE,
            ParallelTests.class);
    assertThat(opened.stream().filter(line -> line.startsWith("FAILED")))
        .as(opened.toString())
        .singleElement()
        .asString()
        .contains("FAILED leaking", "\"lost by leaking\"");
  }

  private static List<String> run(
      Jdk jdk, boolean newest, List<String> parameters, Class<?>... classes)
      throws IOException, InterruptedException {
    return run(jdk, List.of(), newest, parameters, classes);
  }

  /** Of the oldest JDK and JUnit. */
  private static List<String> run(List<String> flags, List<String> parameters, Class<?>... classes)
      throws IOException, InterruptedException {
    return run(Jdk.targets().get(0), flags, /* newest= */ false, parameters, classes);
  }

  private static List<String> run(
      Jdk jdk, List<String> flags, boolean newest, List<String> parameters, Class<?>... classes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-Xmx256m"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(newest), TestRunMain.class.getName()));
    command.addAll(parameters);
    Arrays.stream(classes).map(Class::getName).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertThat(printed).contains("END");
    return printed.lines().toList();
  }

  /** The one that a user has: without Jackson. With the newest JUnit in place of the oldest. */
  private static String classPath(boolean newest) throws IOException {
    String own =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(part -> !part.contains("jackson"))
            .collect(Collectors.joining(File.pathSeparator));
    if (!newest) {
      return own;
    }
    Path jars = Path.of(System.getProperty("stranded.junit6", "target/junit-6"));
    assumeTrue(Files.isDirectory(jars), "no newest JUnit in " + jars);
    List<String> parts = new ArrayList<>();
    try (Stream<Path> files = Files.list(jars)) {
      files.map(jar -> jar.toAbsolutePath().toString()).sorted().forEach(parts::add);
    }
    Arrays.stream(own.split(File.pathSeparator))
        .filter(part -> !part.matches(".*[/\\\\]junit-(jupiter|platform)-[^/\\\\]*\\.jar"))
        .forEach(parts::add);
    return parts.stream().collect(Collectors.joining(File.pathSeparator));
  }
}
