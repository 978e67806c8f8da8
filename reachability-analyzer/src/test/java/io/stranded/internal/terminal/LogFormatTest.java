package io.stranded.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00.123456Z");

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
