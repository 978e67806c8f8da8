package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.junit.fixtures.HangingTests;
import io.stranded.junit.fixtures.LeakingTests;
import io.stranded.junit.fixtures.ParallelTests;
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
              HangingTests.InJunitsThread.class);
      assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
          .as(jdk + ": " + lines)
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).contains("\"lost by leaking\""),
              line -> assertThat(line).contains("FAILED loses()"),
              line -> assertThat(line).contains("FAILED waitsForALostLatch()"));
    }
  }

  @Test
  void virtualThreadsAreAttributedWhereThereAreAny() throws Exception {
    for (Jdk jdk : Jdk.targets()) {
      if (jdk.feature() >= 21) {
        List<String> lines = run(jdk, /* newest= */ true, List.of(), VirtualTests.class);
        assertThat(lines.stream().filter(line -> line.startsWith("FAILED")))
            .as(jdk + ": " + lines)
            .singleElement()
            .asString()
            .contains("VirtualTests.losesAVirtualThread()")
            .contains("latch never counted down");
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

  private static List<String> run(
      Jdk jdk, boolean newest, List<String> parameters, Class<?>... classes)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(jdk.tool("java"), "-Xmx256m", "-cp", classPath(newest)));
    command.add(TestRunMain.class.getName());
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
