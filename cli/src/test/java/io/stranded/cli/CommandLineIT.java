package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.corpus.Owners;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command line as a user meets it: output, one-line errors and exit codes. */
@Execution(ExecutionMode.CONCURRENT)
class CommandLineIT {
  @TempDir Path directory;

  @Test
  void helpOfEveryCommandHasExamples() {
    assertThat(Distribution.run("--help").out()).contains("Usage: stranded", "Exit codes");
    for (String command : List.of("watch", "analyze", "list", "tail", "enable")) {
      Distribution.Result help = Distribution.run(command, "--help");
      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).contains("Usage: stranded " + command, "Examples:");
    }
  }

  @Test
  void wrongUsageIsTwo() {
    assertFailure(2, "Unmatched argument", "analyze", "a.hprof", "b.hprof");
    assertFailure(2, "Unknown option: '--nope'", "analyze", "--nope", "a.hprof");
    assertFailure(2, "expected a duration", "watch", "--min-age", "soon", "1");
    assertFailure(2, "--bootstrap-server is missing", "tail");
    assertFailure(2, "--top must be at least 1", "trend", "--top", "0", "a.jfr");
    assertFailure(2, "no target: give process ids", "watch");
    assertFailure(2, "give either a process id or --print-flags", "enable");
  }

  @Test
  void dumpDirectoryIsCheckedAtTheStart() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertFailure(
        2, "--dump-dir: " + file + ": is no directory", "watch", "--dump-dir", file + "", "1");
  }

  @Test
  void listNamesJvmsByTheirMainClass() {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(Owners.class.getName(), "false"))) {
      assertThat(Distribution.run("list").out().lines())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains(
                          Long.toString(target.pid()),
                          Owners.class.getName(),
                          Runtime.version().feature() + "."));
    }
  }

  @Test
  void fleetIsToldWhereItIs() {
    assertFailure(2, "java -jar stranded-fleet.jar top --all", "fleet", "top", "--all");
  }

  @Test
  void choiceOfNoJvmIsTold() {
    assertFailure(
        4, "no JVM that can be watched matches", "watch", "--once", "--match", "no such class");
  }

  @Test
  void unreadableInputIsThree() throws IOException {
    Path text = Files.writeString(directory.resolve("text.hprof"), "not a dump at all");
    Path empty = Files.createFile(directory.resolve("empty.hprof"));
    assertFailure(3, text + ": not a heap dump", "analyze", text.toString());
    assertFailure(3, empty + ": is empty", "analyze", empty.toString());
    assertFailure(3, directory + ": is a directory", "analyze", directory.toString());
    assertFailure(3, "no such file", "analyze", directory.resolve("none.hprof").toString());
    assertFailure(3, text.toString(), "replay", text.toString());
    assertFailure(3, text.toString(), "trend", text.toString());
    assertFailure(3, "no such file", "analyze", "--recording", "none.jfr", leak());
    Path json = Files.writeString(directory.resolve("report.json"), "{}");
    assertFailure(3, json + ": not a report: schema", "diff", json.toString(), leak());
    assertFailure(3, text + ": not a heap dump", "diff", leak(), text.toString());
    assertFailure(
        3,
        "no such file or directory",
        "analyze",
        "-o",
        directory.resolve("no/r").toString(),
        leak());
  }

  @Test
  void targetThatCannotBeAttachedToIsFour() {
    assertFailure(4, "no such process", "watch", Integer.toString(Integer.MAX_VALUE));
    assertFailure(4, "cannot attach to", "disable", Integer.toString(Integer.MAX_VALUE));
  }

  @Test
  void leaksAreOneIfThatIsAskedFor() {
    assertThat(Distribution.run("analyze", leak()).exitCode()).isZero();
    assertThat(Distribution.run("analyze", "--fail-on-leak", leak()).exitCode()).isEqualTo(1);
  }

  @Test
  void jsonGoesToAFileOrToStandardOutput() throws IOException {
    Path file = directory.resolve("report.json");
    Distribution.run("analyze", "--format", "json", "--output", file.toString(), leak());
    Distribution.Result toStdout =
        Distribution.run("analyze", "--format", "json", "--output", "-", leak());
    assertThat(ProfileJsonReader.parse(Files.readString(file)))
        .isEqualTo(ProfileJsonReader.parse(toStdout.out()));
    assertThat(ProfileJsonReader.parse(toStdout.out()).threads().leaked()).isEqualTo(1);
  }

  @Test
  void cutDumpIsReportedIncompleteWithoutALeak() throws IOException {
    Path whole = Path.of(leak());
    Path cut = directory.resolve("cut.hprof");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 20));
    Distribution.Result result = Distribution.run("analyze", "--fail-on-leak", cut.toString());
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("the dump is incomplete");
  }

  @Test
  void verboseSaysWhatEachStageTook() {
    assertThat(Distribution.run("analyze", leak()).out()).doesNotContain("of CPU");
    assertThat(Distribution.run("--verbose", "analyze", leak()).out())
        .contains("note: starting took", "note: reading took", "note: marking took");
  }

  @Test
  void pprofGoesToAFile() throws IOException {
    Path file = directory.resolve("leaks.pb.gz");
    Distribution.run("analyze", "--format", "pprof", "--output", file.toString(), leak());
    try (InputStream profile = new GZIPInputStream(Files.newInputStream(file))) {
      assertThat(new String(profile.readAllBytes(), StandardCharsets.ISO_8859_1))
          .contains("app.Task.run", "SYNCHRONIZER_ABANDONED");
    }
  }

  @Test
  void pageIsInTheDistribution() {
    assertThat(Distribution.run("analyze", "--format", "html", leak()).out())
        .startsWith("<!DOCTYPE html>")
        .contains("app.Task.run");
  }

  private String leak() {
    DumpBuilder dump =
        new DumpBuilder().type("java.util.concurrent.FutureTask", "java.lang.Object", "state:int");
    dump.thread("waiter")
        .parkedOn(dump.object("java.util.concurrent.FutureTask", Map.of()))
        .frame("app.Task", "run");
    return dump.writeTo(directory.resolve("leak.hprof")).toString();
  }

  @Test
  void lastLineOfALogIsLikeTheOthers() throws IOException {
    String nobody = Integer.toString(Integer.MAX_VALUE);
    assertThat(Distribution.run("watch", nobody).err())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z stranded: .*no such process\\R");
    JsonNode line =
        new ObjectMapper().readTree(Distribution.run("watch", "--log-format=json", nobody).err());
    assertThat(line.get("level").asText()).isEqualTo("error");
    assertThat(line.get("message").asText()).contains("no such process");
  }

  private static void assertFailure(int exitCode, String message, String... args) {
    Distribution.Result result = Distribution.run(args);
    assertThat(result.exitCode()).as(Arrays.toString(args)).isEqualTo(exitCode);
    assertThat(result.err()).contains("stranded: ").contains(message);
    assertThat(result.err().lines().count()).isLessThanOrEqualTo(2);
    assertThat(result.err()).doesNotContain("\tat ");
  }
}
