package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.report.ProfileJson;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  private static final String NONE = ProfileJson.toLine(Profiles.profile("a", List.of()));
  private static final String LEAK =
      ProfileJson.toLine(Profiles.profile("a", List.of(Profiles.latchFinding("0123456789abcdef"))));
  private static final String STUCK =
      ProfileJson.toLine(Profiles.profile("a", List.of(Profiles.stuckFinding("0123456789abcdef"))));

  @TempDir Path directory;

  @Test
  void newLeakIsOneIfThatIsAskedFor() throws IOException {
    Path none = write("none.json", NONE);
    Path leak = write("leak.json", LEAK);
    assertThat(diff(none, leak)).contains("1 new, 0 grown", "NEW  latch never counted down");
    assertThat(run("--fail-on-leak", none, leak)).isEqualTo(1);
    assertThat(run("--fail-on-leak", leak, leak)).isZero();
    assertThat(run("--fail-on-leak", leak, none)).isZero();
  }

  @Test
  void stuckThreadsFailWhereTheyAreToFail() throws IOException {
    Path none = write("none.json", NONE);
    Path stuck = write("stuck.json", STUCK);
    assertThat(diff(none, stuck)).contains("1 new", "STUCK: ", "0 -> 1 stuck");
    assertThat(run("--fail-on-leak", none, stuck)).isZero();
    assertThat(run("--fail-on-leak=proven", none, stuck)).isZero();
    assertThat(run("--fail-on-leak=stuck", none, stuck)).isEqualTo(1);
    assertThat(run("--fail-on-leak=stuck", stuck, stuck)).isZero();
    // As before there was a choice.
    assertThat(run("--confidence", "interrupt-only", "--fail-on-leak", none, stuck)).isEqualTo(1);
    assertThat(run("--fail-on-leak=all", none, stuck)).isEqualTo(2);
  }

  @Test
  void causeOfALaterVersionIsShownAsItIs() throws IOException {
    Path none = write("none.json", NONE);
    String later = LEAK.replace("\"LATCH_NEVER_COUNTED_DOWN\"", "\"EATEN_BY_A_GRUE\"");
    assertThat(later).isNotEqualTo(LEAK);
    assertThat(diff(none, write("later.json", later))).contains("NEW  eaten by a grue");
  }

  @Test
  void creatorIsTheApplicationAndNotTheFrameworkBetween() throws IOException {
    String created =
        LEAK.replace(
            "\"createdBy\":null",
            "\"createdBy\":[\"org.springframework.aop.A.invoke(A.java:1)\","
                + "\"shop.Orders.open(Orders.java:3)\"]");
    assertThat(created).isNotEqualTo(LEAK);
    assertThat(diff(write("none.json", NONE), write("leak.json", created)))
        .contains("created by shop.Orders.open(Orders.java:3)");
  }

  @Test
  void lastProfileOfManyLinesCounts() throws IOException {
    Path lines = write("lines.jsonl", LEAK + "\n" + NONE + "\n" + LEAK + "\n");
    Path pretty = write("pretty.json", "\n " + LEAK.replace(",\"", ",\n  \""));
    assertThat(diff(lines, pretty)).startsWith("0 new, 0 grown, 0 shrunk, 0 gone, 1 unchanged\n");
  }

  @Test
  void dumpsAreAnalyzedOnTheSpot() throws IOException {
    Path dump = leakyDump();
    assertThat(diff(write("none.json", NONE), dump))
        .contains("NEW  abandoned synchronizer  0 -> 1");
    assertThat(diff(dump, dump)).contains("1 unchanged");
  }

  @Test
  void jsonIsOneLine() throws IOException {
    Path out = directory.resolve("diff.json");
    Path leak = write("leak.json", LEAK);
    assertThat(run("--format", "json", "-o", out, leak, leak)).isZero();
    assertThat(Files.readAllLines(out)).hasSize(1);
    assertThat(new ObjectMapper().readTree(Files.readString(out)).at("/counts/unchanged").asInt())
        .isEqualTo(1);
  }

  @Test
  void unreadableInputIsThree() throws IOException {
    Path leak = write("leak.json", LEAK);
    assertThat(run(leak, directory.resolve("none.json"))).isEqualTo(3);
    assertThat(run(leak, directory)).isEqualTo(3);
    for (String text : new String[] {"", "not a report", "{", "{}", "{\"schema\":1}", LEAK + "{"}) {
      assertThat(run(write("bad.json", text), leak)).as(text).isEqualTo(3);
    }
    Files.write(directory.resolve("bad.json"), new byte[] {'{', '"', (byte) 0xff});
    assertThat(run(directory.resolve("bad.json"), leak)).isEqualTo(3);
    assertThat(run(leak)).isEqualTo(2);
  }

  private String diff(Path before, Path after) throws IOException {
    Path out = directory.resolve("diff.txt");
    assertThat(run("-o", out, before, after)).isZero();
    return Files.readString(out);
  }

  private static int run(Object... arguments) {
    String[] line = new String[arguments.length + 1];
    line[0] = "diff";
    for (int i = 0; i < arguments.length; i++) {
      line[i + 1] = arguments[i].toString();
    }
    return Main.run(line);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Path leakyDump() {
    DumpBuilder dump =
        new DumpBuilder().type("java.util.concurrent.FutureTask", "java.lang.Object", "state:int");
    dump.thread("waiter")
        .parkedOn(dump.object("java.util.concurrent.FutureTask", Map.of()))
        .frame("app.Task", "run");
    return dump.writeTo(directory.resolve("leak.hprof"));
  }
}
