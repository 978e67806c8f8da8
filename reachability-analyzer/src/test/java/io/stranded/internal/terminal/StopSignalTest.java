package io.stranded.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StopSignalTest {
  @Test
  void workThatFailsLeavesNothingToWaitFor() {
    StopSignal signal = new StopSignal(() -> {});
    assertThatThrownBy(
            () ->
                signal.run(
                    () -> {
                      throw new IllegalArgumentException("wrong");
                    }))
        .hasMessage("wrong");
    assertThat(signal.isAwaited()).isFalse();
  }

  @Test
  void workThatGoesOnIsAwaited() throws Exception {
    StopSignal signal = new StopSignal(() -> {});
    boolean[] awaited = {false};
    int code =
        signal.run(
            () -> {
              awaited[0] = signal.isAwaited();
              return 7;
            });
    assertThat(code).isEqualTo(7);
    assertThat(awaited[0]).isTrue();
  }
}
