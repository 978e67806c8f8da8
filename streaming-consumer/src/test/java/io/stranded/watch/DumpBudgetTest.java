package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.watch.DumpBudget.TimeWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DumpBudgetTest {
  private static final long MB = 1_000_000;
  private static final Instant NOON =
      LocalDateTime.of(2026, 3, 4, 12, 0).atZone(ZoneId.systemDefault()).toInstant();

  private static DumpBudget budget(boolean dumps, Optional<TimeWindow> window) {
    return new DumpBudget(dumps, Duration.ofMinutes(5), 3, 400 * MB, 1000 * MB, window);
  }

  private static Optional<String> refusal(int taken, long heap, long disk) {
    return budget(true, Optional.empty()).refusal(taken, heap, disk, NOON);
  }

  @Test
  void dumpWithinTheBudgetIsNotRefused() {
    assertThat(refusal(2, 400 * MB, 1700 * MB)).isEmpty();
  }

  @Test
  void everyLimitRefusesInWordsThatNameItsOption() {
    assertThat(budget(false, Optional.empty()).refusal(0, MB, 9000 * MB, NOON))
        .hasValue("--no-dump");
    assertThat(refusal(3, MB, 9000 * MB)).hasValue("--max-dumps 3 are taken");
    assertThat(refusal(0, 401 * MB, 9000 * MB))
        .hasValue("the heap in use is 401 MB, --max-dump-heap is 400 MB");
    assertThat(refusal(0, 400 * MB, 1600 * MB))
        .hasValue("it may take 610 MB of disk where 1.6 GB are free and --disk-reserve is 1.0 GB");
  }

  @Test
  void windowMayReachPastMidnight() {
    LocalTime night = LocalTime.of(22, 0);
    LocalTime morning = LocalTime.of(6, 0);
    assertThat(
            budget(true, Optional.of(new TimeWindow(night, morning)))
                .refusal(0, 0, 9000 * MB, NOON))
        .hasValue("outside of --dump-window");
    assertThat(
            budget(true, Optional.of(new TimeWindow(morning, night)))
                .refusal(0, 0, 9000 * MB, NOON))
        .isEmpty();
    TimeWindow window = new TimeWindow(night, morning);
    assertThat(window.contains(LocalTime.of(23, 0))).isTrue();
    assertThat(window.contains(LocalTime.of(5, 59))).isTrue();
    assertThat(window.contains(morning)).isFalse();
  }

  @Test
  void refusalsDifferByTheirReasonOnly() {
    assertThat(
            DumpBudget.differ(
                refusal(0, 401 * MB, 0).orElseThrow(), refusal(0, 2401 * MB, 0).orElseThrow()))
        .isFalse();
    assertThat(
            DumpBudget.differ(
                refusal(0, 401 * MB, 0).orElseThrow(), refusal(0, 1, 0).orElseThrow()))
        .isTrue();
  }
}
