package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.Owners;
import io.stranded.testing.DocumentedCommand;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed distribution takes the agent out of a JVM. */
@Execution(ExecutionMode.CONCURRENT)
class DisableIT {
  @TempDir Path directory;

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void agentIsGoneAndNothingElseIsLeftBehind(Jdk jdk) {
    List<String> command =
        List.of(
            "-javaagent:" + Distribution.agent() + "=threshold=1h",
            Owners.class.getName(),
            "false");
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      assertThat(target.jcmd("Thread.print")).contains("\"stranded-reporter\"");

      assertThat(disable(target)).isEqualTo("stranded: disabled the agent in " + target.pid());

      assertThat(target.jcmd("Thread.print")).doesNotContain("stranded-reporter", "RMI ");
      assertThat(target.jcmd("VM.system_properties")).contains("stranded.agent.status=disabled");
      assertThat(disable(target)).isEqualTo("stranded: " + target.pid() + " runs no agent");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void whatEnableHasPutInIsTakenOutAgain(Jdk jdk) {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Owners.class.getName(), "false"))) {
      assertThat(enable(target)).startsWith("stranded: enabled the agent in " + target.pid());
      assertThat(target.jcmd("JFR.check")).contains("name=stranded ", "maxage=10m");
      assertThat(target.jcmd("Thread.print")).contains("\"stranded-reporter\"");
      assertThat(enable(target))
          .startsWith("stranded: " + target.pid() + " runs the agent already");

      assertThat(disable(target)).isEqualTo("stranded: disabled the agent in " + target.pid());

      assertThat(target.jcmd("JFR.check")).doesNotContain("stranded");
      assertThat(target.jcmd("Thread.print")).doesNotContain("stranded-reporter");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jvmStartsWithTheFlagsThatArePrintedAndThatAreDocumented(Jdk jdk)
      throws IOException, InterruptedException {
    Distribution.Result printed =
        Distribution.run("enable", "--print-flags", "--directory", directory.toString());
    assertThat(printed.exitCode()).as(printed.err()).isZero();
    List<DocumentedCommand> documented = DocumentedCommand.jvmOptions();
    assertThat(documented).isNotEmpty();
    assertStarts(jdk, printed.out().lines().toList());
    for (DocumentedCommand command : documented) {
      assertStarts(jdk, command.words().stream().filter(word -> word.startsWith("-")).toList());
    }
  }

  private void assertStarts(Jdk jdk, List<String> options)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(jdk.tool("java")));
    line.addAll(options);
    line.add("-version");
    Process process =
        new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("Started recording").doesNotContainIgnoringCase("could not");
  }

  private static String enable(ForkedJvm target) {
    Distribution.Result result = Distribution.run("enable", Long.toString(target.pid()));
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.err().strip();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void nothingIsLeftOfAKilledSidecar(Jdk jdk) {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Owners.class.getName(), "false"))) {
      Distribution watch = Distribution.start("watch", "--no-dump", Long.toString(target.pid()));
      watch.awaitLog("watching");
      watch.process().destroyForcibly();
      watch.await();
      assertThat(target.jcmd("JFR.check")).contains("name=stranded-watch-", "duration=10m");

      assertThat(disable(target)).isEqualTo("stranded: disabled the agent in " + target.pid());

      assertThat(target.jcmd("JFR.check")).doesNotContain("stranded");
      assertThat(target.jcmd("Thread.print")).doesNotContain("stranded-reporter");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void nothingOfOursStaysInTheTemporaryDirectory(Jdk jdk) throws IOException {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    String option = "-Djava.io.tmpdir=" + temporary;
    List<String> program = List.of(option, Owners.class.getName(), "false");
    try (ForkedJvm target = ForkedJvm.start(jdk, program)) {
      for (int dumps = 1; dumps <= 3; dumps++) {
        Distribution watch =
            Distribution.startWith(
                List.of(option),
                "watch",
                "--proof=dump",
                "--min-age=1s",
                Long.toString(target.pid()));
        watch.awaitLog("and analyzed");
        watch.process().destroyForcibly();
        watch.await();
        assertThat(ours(temporary)).noneMatch(name -> name.startsWith("stranded-snapshot-"));
      }
      Distribution.Result dumped =
          Distribution.startWith(
                  List.of(option),
                  "dump",
                  "--whole-heap",
                  "--output=" + directory.resolve("heap.hprof"),
                  Long.toString(target.pid()))
              .await();
      assertThat(dumped.out()).as(dumped.err()).contains("exact roots");
      Distribution.startWith(List.of(option), "disable", Long.toString(target.pid())).await();
      assertThat(ours(temporary)).isEmpty();
    }
  }

  private static List<String> ours(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("stranded"))
          .toList();
    }
  }

  private static String disable(ForkedJvm target) {
    Distribution.Result result = Distribution.run("disable", Long.toString(target.pid()));
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEmpty();
    return result.err().strip();
  }
}
