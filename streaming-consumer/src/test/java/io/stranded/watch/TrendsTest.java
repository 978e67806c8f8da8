package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.trend.StartPlace;
import io.stranded.internal.trend.TrendLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrendsTest {
  private static final Instant START = Instant.parse("2026-03-04T12:00:00Z");

  private final List<String> log = new ArrayList<>();
  private final Trends trends = new Trends("shop.Main 1", TrendLimits.DEFAULTS, log::add);

  private void minutes(int from, int to, long live) {
    minutes(from, to, live, Map.of());
  }

  private void minutes(int from, int to, long live, Map<StartPlace, Counted> places) {
    for (int second = from * 60; second < to * 60; second += 5) {
      trends.sample(START.plusSeconds(second), live(live), () -> places);
    }
  }

  private static Counted live(long live) {
    return new Counted(live, 0, 0, 0);
  }

  private static StartPlace place(String method) {
    return StartPlace.of(List.of("a.B." + method + "(B.java:1)"), "");
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
    trends.sample(START.plusSeconds(600), live(900), Map::of);
    minutes(11, 12, 100);
    assertThat(log).isEmpty();
  }

  @Test
  void placeIsToldOfInOneLineWhicheverOfItsCountsRises() {
    minutes(0, 6, 100, Map.of(place("serve"), live(50), place("mail"), live(5)));
    minutes(
        6, 60, 130, Map.of(place("serve"), live(50), place("mail"), new Counted(26, 26, 26, 26)));
    assertThat(log).hasSize(1);
    assertThat(log.get(0))
        .startsWith("warning: 26 live threads of shop.Main 1, started by a.B.mail(B.java:1), ")
        .endsWith("; 5 was usual after the start; now 26 live, 26 parked, 26 suspect, 26 leaked");
    minutes(60, 63, 105, Map.of(place("serve"), live(50)));
    assertThat(log).hasSize(2);
    assertThat(log.get(1)).startsWith("normal again: 0 live threads of shop.Main 1, started by");
  }

  @Test
  void leakedThreadsOfAPlaceThatHasNoMoreThanBeforeAreToldOf() {
    minutes(0, 6, 100, Map.of(place("mail"), live(50)));
    minutes(6, 60, 100, Map.of(place("mail"), new Counted(50, 50, 30, 30)));
    assertThat(log).singleElement().asString().startsWith("warning: 50 parked threads of shop");
  }

  @Test
  void largestPlacesAreFollowedAndNoMore() {
    Map<StartPlace, Counted> many = new HashMap<>();
    for (int i = 1; i <= 1000; i++) {
      many.put(place("m" + i), live(i));
    }
    minutes(0, 1, 1000, many);
    many.put(place("late"), live(960));
    minutes(1, 2, 1000, many);
    Map<String, TrendStatus.Numbers> followed = trends.status().orElseThrow().places();
    assertThat(followed)
        .hasSize(50)
        .containsKeys("a.B.m1000(B.java:1)", "a.B.late(B.java:1)")
        .doesNotContainKey("a.B.m951(B.java:1)");
    assertThat(followed)
        .hasEntrySatisfying(
            "a.B.m1000(B.java:1)", numbers -> assertThat(numbers.now()).isEqualTo(live(1000)));
  }

  @Test
  void placeThatComesLaterHasABaselineOfItsOwn() {
    minutes(0, 10, 100);
    minutes(10, 60, 100, Map.of(place("pool"), live(200)));
    assertThat(log).isEmpty();
    assertThat(trends.status().orElseThrow().places())
        .hasEntrySatisfying(
            "a.B.pool(B.java:1)", numbers -> assertThat(numbers.baseline()).contains(live(200)));
  }
}
