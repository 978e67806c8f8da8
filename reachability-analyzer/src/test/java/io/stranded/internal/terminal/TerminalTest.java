package io.stranded.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void coloursGoWhereNobodyForbidsThem() {
    assertThat(Terminal.wantsColours(null, "xterm")).isTrue();
    assertThat(Terminal.wantsColours("", "xterm")).isTrue();
    assertThat(Terminal.wantsColours("1", "xterm")).isFalse();
    assertThat(Terminal.wantsColours(null, "dumb")).isFalse();
  }

  @Test
  void keyIsToldAmongOthersAndTheTerminalGivenBackOnce() throws Exception {
    AtomicInteger restored = new AtomicInteger();
    try (Keys keys = typed("xyq", restored)) {
      assertThat(keys.pressed('q', Duration.ofMinutes(10))).isTrue();
      assertThat(restored).hasValue(0);
    }
    assertThat(restored).hasValue(1);
  }

  @Test
  void whereNothingIsTypedItIsWaitedForTheTimeAlone() throws Exception {
    try (Keys keys = typed("xyz", new AtomicInteger())) {
      assertThat(keys.pressed('q', Duration.ofMillis(1))).isFalse();
    }
    try (Keys none = Keys.of(Optional.empty(), () -> {})) {
      assertThat(none.pressed('q', Duration.ofMillis(1))).isFalse();
    }
  }

  private static Keys typed(String text, AtomicInteger restored) throws IOException {
    return Keys.of(
        Optional.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))),
        restored::incrementAndGet);
  }
}
