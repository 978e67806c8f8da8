package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a terminal gets. */
class TerminalTest {
  @Test
  void lineThatIsTooLongForTheTerminalIsCut() {
    String whole = "x".repeat(150);
    assertThat(StatusLine.fitted(List.of(whole, "y".repeat(90)), 80)).hasSize(79).endsWith("y…");
    assertThat(StatusLine.fitted(List.of(whole, "short", "shorter"), 80)).isEqualTo("short");
    assertThat(StatusLine.fitted(List.of(whole, "short"), 151)).isEqualTo(whole);
  }
}
