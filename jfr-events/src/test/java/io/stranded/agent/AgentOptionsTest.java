package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
  @Test
  void emptyTextKeepsTheBase() {
    assertThat(AgentOptions.parse("", AgentOptions.DEFAULTS)).isEqualTo(AgentOptions.DEFAULTS);
  }

  @Test
  void everyKeyIsRead() {
    assertThat(
            AgentOptions.parse(" threshold=2m , period=250ms,stackDepth=7", AgentOptions.DEFAULTS))
        .isEqualTo(new AgentOptions(Duration.ofMinutes(2), Duration.ofMillis(250), 7, false));
  }

  @Test
  void keysThatAreNotGivenKeepTheirValue() {
    AgentOptions base = AgentOptions.parse("threshold=3s,stackDepth=5", AgentOptions.DEFAULTS);

    assertThat(AgentOptions.parse("period=1h", base))
        .isEqualTo(new AgentOptions(Duration.ofSeconds(3), Duration.ofHours(1), 5, false));
  }

  @Test
  void textFormReadsBackToTheSame() {
    AgentOptions options = AgentOptions.parse("threshold=1m,period=20ms", AgentOptions.DEFAULTS);

    assertThat(AgentOptions.parse(options.toString(), AgentOptions.DEFAULTS)).isEqualTo(options);
  }

  @Test
  void disableIsNotInherited() {
    AgentOptions disabled = AgentOptions.parse("disable", AgentOptions.DEFAULTS);

    assertThat(disabled.disable()).isTrue();
    assertThat(AgentOptions.parse("", disabled).disable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "threshhold=1s",
        "threshold",
        "threshold=",
        "threshold=10",
        "threshold=-1s",
        "threshold=1d",
        "threshold=9223372036854775807h",
        "threshold=99999999999999999999s",
        "threshold=8761h",
        "period=0s",
        "period=9ms",
        "stackDepth=0",
        "stackDepth=2049",
        "stackDepth=x",
        "disable=1"
      })
  void nonsenseIsNamed(String text) {
    String key = text.substring(0, (text + "=").indexOf('='));

    assertThatThrownBy(() -> AgentOptions.parse(text, AgentOptions.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("option")
        .hasMessageContaining(key);
  }
}
