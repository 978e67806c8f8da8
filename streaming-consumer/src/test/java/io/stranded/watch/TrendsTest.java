package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.trend.TrendLimits;
import io.stranded.watch.Trends.Count;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrendsTest {
  private static final Instant START = Instant.parse("2026-03-04T12:00:00Z");

  private final List<String> log = new ArrayList<>();
  private final Trends trends = new Trends("shop.Main 1", TrendLimits.DEFAULTS, log::add);

  private void minutes(int from, int to, long live) {
    for (int second = from * 60; second < to * 60; second += 5) {
      trends.sample(START.plusSeconds(second), Map.of(Count.LIVE, live));
    }
  }

  @Test
  void eachLevelIsToldOnceAndSoIsTheWayBack() {
    minutes(0, 10, 100);
    assertThat(log).isEmpty();
    minutes(10, 15, 160);
    assertThat(log).hasSize(1);
    assertThat(log.get(0))
        .startsWith("warning: 160 live threads of shop.Main 1, ")
        .endsWith("; 100 was usual after the start");
    minutes(15, 20, 400);
    assertThat(log).hasSize(2);
    assertThat(log.get(1)).startsWith("critical: 400 live threads");
    minutes(20, 25, 100);
    assertThat(log).hasSize(3);
    assertThat(log.get(2)).startsWith("normal again: 100 live threads");
  }

  @Test
  void burstIsNoTrend() {
    minutes(0, 10, 100);
    trends.sample(START.plusSeconds(600), Map.of(Count.LIVE, 900L));
    minutes(11, 12, 100);
    assertThat(log).isEmpty();
  }
}
