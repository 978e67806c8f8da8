package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a terminal gets, and what a file gets instead. */
class TerminalTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00.123456Z");

  @Test
  void lineThatIsTooLongForTheTerminalIsCut() {
    String whole = "x".repeat(150);
    assertThat(StatusLine.fitted(List.of(whole, "y".repeat(90)), 80)).hasSize(79).endsWith("y…");
    assertThat(StatusLine.fitted(List.of(whole, "short", "shorter"), 80)).isEqualTo("short");
    assertThat(StatusLine.fitted(List.of(whole, "short"), 151)).isEqualTo(whole);
  }

  @Test
  void logHasTheTimeWhereItIsNoTerminal() {
    LogFormat terminal = LogFormat.Choice.TEXT.on(/* terminal= */ true);
    LogFormat file = LogFormat.Choice.TEXT.on(/* terminal= */ false);
    assertThat(terminal.line(NOON, "info", "watching")).isEqualTo("stranded: watching");
    assertThat(file.line(NOON, "info", "watching"))
        .isEqualTo("2026-03-04T12:00:00.123Z stranded: watching");
  }

  @Test
  void logForProgramsIsAnObjectInEachLine() {
    LogFormat json = LogFormat.Choice.JSON.on(/* terminal= */ true);
    assertThat(json.line(NOON, "warning", "a \"b\" \\ \n"))
        .isEqualTo(
            "{\"at\":\"2026-03-04T12:00:00.123Z\",\"level\":\"warning\","
                + "\"message\":\"a \\\"b\\\" \\\\ \\u000a\"}");
  }
}
