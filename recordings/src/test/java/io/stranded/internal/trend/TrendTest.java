package io.stranded.internal.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** Counts as real servers have them, an hour of each. */
final class TrendTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final TrendLimits LIMITS = TrendLimits.DEFAULTS;

  @Test
  void steadyCountIsSteadyHoweverHigh() {
    assertThat(shape(minute -> 400)).isEqualTo(Shape.STEADY);
    assertThat(shape(minute -> 400 + minute % 3)).isEqualTo(Shape.STEADY);
  }

  @Test
  void filledPoolIsLevel() {
    assertThat(shape(minute -> Math.min(50, 10L * minute))).isEqualTo(Shape.LEVELLED);
    assertThat(shape(minute -> minute < 35 ? 0 : 50)).isEqualTo(Shape.LEVELLED);
    assertThat(shape(minute -> minute < 55 ? 0 : 50)).isEqualTo(Shape.LEVELLED);
  }

  @Test
  void leakRises() {
    assertThat(shape(minute -> minute)).isEqualTo(Shape.RISING);
    assertThat(shape(minute -> 200 + minute)).isEqualTo(Shape.RISING);
    assertThat(shape(minute -> minute / 20)).as("one each 20 minutes").isEqualTo(Shape.STEADY);
    assertThat(shape(minute -> minute / 10)).as("one each 10 minutes").isEqualTo(Shape.RISING);
  }

  @Test
  void whatRoseAndStoppedIsNotRising() {
    assertThat(shape(minute -> 10L * Math.min(48, minute))).isEqualTo(Shape.RISEN);
    assertThat(trend(points(60, minute -> 10L * Math.min(48, minute))).course())
        .doesNotContain("rising");
    assertThat(shape(minute -> 10L * Math.min(48, minute)).rises())
        .as("a leak may pause with the load")
        .isTrue();
    assertThat(shape(minute -> 10L * Math.min(56, minute))).isEqualTo(Shape.RISING);
  }

  @Test
  void whatRisesToTheEndIsRisingHoweverMuchFasterItDidBefore() {
    // 85 threads that become 315: most of them in the first third of the time.
    IntToLongFunction slower = m -> m < 20 ? 85 + 8 * m : 245 + (m - 20) * 70L / 39;
    assertThat(shape(slower)).isEqualTo(Shape.RISING);
    IntToLongFunction level = m -> m < 20 ? 85 + 8 * m : Math.min(275, 245 + 2 * (m - 20));
    assertThat(shape(level).rises()).isFalse();
  }

  @Test
  void startsAreDrawnWhenTheyWere() {
    ThreadFlow flow = new ThreadFlow();
    flow.started(START);
    flow.started(at(3599));
    flow.started(at(1800));
    Trend trend = flow.trend(START, at(3600), LIMITS);
    Instant drawn =
        trend.points().stream().filter(p -> p.count() >= 2).findFirst().orElseThrow().at();
    assertThat(drawn).isBetween(at(1800), at(1840));
    assertThat(trend.points().stream().filter(p -> p.at().isBefore(at(1800))))
        .allMatch(point -> point.count() <= 1);
  }

  @Test
  void burstsAboveTheSameFloorDoNotRise() {
    assertThat(shape(minute -> minute % 10 < 3 ? 80 : 5)).isEqualTo(Shape.SAWTOOTH);
  }

  @Test
  void burstsAboveAHigherFloorEachTimeRise() {
    assertThat(shape(minute -> minute % 10 < 3 ? 80 + minute : minute))
        .isEqualTo(Shape.RISING_SAWTOOTH);
  }

  @Test
  void endOfTheLoadFalls() {
    assertThat(shape(minute -> Math.max(0, 100 - 3L * minute))).isEqualTo(Shape.FALLING);
  }

  @Test
  void moreRequestsAreNoLeak() {
    ThreadFlow requests = new ThreadFlow();
    ThreadFlow leak = new ThreadFlow();
    for (int second = 0; second < 3600; second++) {
      for (int i = 0; i < 1 + second / 200; i++) {
        requests.started(at(second));
        requests.ended(at(second + 20));
        leak.started(at(second));
        if (i > 0) {
          leak.ended(at(second + 20));
        }
      }
    }
    Trend load = requests.trend(START, at(3600), LIMITS);
    assertThat(load.shape()).isEqualTo(Shape.LOAD);
    assertThat(load.loadCorrelation()).isGreaterThan(0.9);
    assertThat(leak.trend(START, at(3600), LIMITS).shape().rises()).isTrue();
  }

  @Test
  void shortOrSparseCountsSayNothing() {
    assertThat(trend(List.of()).shape()).isEqualTo(Shape.UNKNOWN);
    assertThat(trend(List.of()).level()).isEqualTo(Level.LEARNING);
    assertThat(trend(points(4, minute -> 100L * minute)).shape()).isEqualTo(Shape.UNKNOWN);
    List<Trend.Point> aMinute = new ArrayList<>();
    for (int second = 0; second < 59; second++) {
      aMinute.add(point(second, second));
    }
    assertThat(trend(aMinute).shape()).isEqualTo(Shape.UNKNOWN);
    aMinute.add(point(60, 60));
    assertThat(trend(aMinute).shape()).isEqualTo(Shape.RISING);
  }

  @Test
  void rateIsThatOfTheFloor() {
    assertThat(trend(points(60, minute -> 2L * minute)).perHour()).isCloseTo(120, within(0.1));
    assertThat(trend(points(60, minute -> 2L * minute)).course())
        .isEqualTo("rising by 120 an hour");
    assertThat(trend(points(60, minute -> 7)).perHour()).isCloseTo(0, within(1e-9));
  }

  @Test
  void levelIsThatOfTheFloorAgainstTheBaseline() {
    assertThat(level(minute -> 100)).isEqualTo(Level.NORMAL);
    assertThat(level(minute -> minute == 59 ? 1000 : 100)).as("a burst").isEqualTo(Level.NORMAL);
    assertThat(level(minute -> minute < 30 ? 100 : 149)).isEqualTo(Level.NORMAL);
    assertThat(level(minute -> minute < 30 ? 100 : 150)).isEqualTo(Level.WARNING);
    assertThat(level(minute -> minute < 30 ? 100 : 300)).isEqualTo(Level.CRITICAL);
    assertThat(level(minute -> minute < 30 ? 2 : 21)).as("small numbers").isEqualTo(Level.NORMAL);
    assertThat(level(minute -> minute < 30 ? 2 : 22)).isEqualTo(Level.WARNING);
  }

  @Test
  void samplesOfAWeekKeepTheirBaselineAndTheirExtremes() {
    TrendRecorder recorder = new TrendRecorder(LIMITS);
    assertThat(recorder.trend().level()).isEqualTo(Level.LEARNING);
    for (int second = 0; second < 7 * 24 * 3600; second += 5) {
      recorder.sample(at(second), second == 100_000 ? 5 : second < 600 ? 40 : 41 + second / 3600);
    }
    Trend trend = recorder.trend();
    assertThat(trend.points()).hasSizeBetween(200, 512);
    assertThat(trend.baseline()).contains(40L);
    assertThat(trend.points()).extracting(Trend.Point::low).contains(5L);
    assertThat(trend.now()).isEqualTo(41 + 167);
    assertThat(trend.level()).isEqualTo(Level.CRITICAL);
    recorder.sample(START, 10_000);
    assertThat(recorder.trend()).as("a sample from the past").isEqualTo(trend);
  }

  @Test
  void levelIsThatOfTheLastMinuteHoweverLittleIsKeptOfLongAgo() {
    TrendRecorder recorder = new TrendRecorder(LIMITS, 16);
    int week = 7 * 24 * 3600;
    for (int second = 0; second < week; second += 5) {
      recorder.sample(at(second), 40);
    }
    assertThat(recorder.trend().points()).hasSizeLessThanOrEqualTo(16);
    recorder.sample(at(week), 500);
    assertThat(recorder.trend().level()).as("a burst").isEqualTo(Level.NORMAL);
    for (int second = week; second <= week + 60; second += 5) {
      recorder.sample(at(second), 500);
    }
    assertThat(recorder.trend().level()).isEqualTo(Level.CRITICAL);
  }

  @Test
  void startsAndEndsMayComeInAnyOrder() {
    List<int[]> events = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      events.add(new int[] {3 * i, 1});
      if (i % 2 == 0) {
        events.add(new int[] {3 * i + 40, -1});
      }
    }
    Trend inOrder = flow(events).trend(START, at(6100), LIMITS);
    Collections.shuffle(events, new Random(7));
    assertThat(flow(events).trend(START, at(6100), LIMITS)).isEqualTo(inOrder);
    assertThat(inOrder.now()).isEqualTo(1000);
    assertThat(inOrder.shape()).isEqualTo(Shape.RISING);
  }

  @Test
  void flowsAddUp() {
    ThreadFlow one = flow(List.of(new int[] {0, 1}, new int[] {5000, -1}));
    ThreadFlow other = flow(List.of(new int[] {100, 1}, new int[] {110, 1}));
    one.add(other);
    assertThat(one.started()).isEqualTo(3);
    assertThat(one.alive()).isEqualTo(2);
    assertThat(one.trend(START, at(6000), LIMITS).now()).isEqualTo(2);
  }

  private static ThreadFlow flow(List<int[]> events) {
    ThreadFlow flow = new ThreadFlow();
    for (int[] event : events) {
      if (event[1] > 0) {
        flow.started(at(event[0]));
      } else {
        flow.ended(at(event[0]));
      }
    }
    return flow;
  }

  private static Shape shape(IntToLongFunction count) {
    return trend(points(60, count)).shape();
  }

  private static Level level(IntToLongFunction count) {
    return trend(points(60, count)).level();
  }

  private static Trend trend(List<Trend.Point> points) {
    return Trend.of(points, LIMITS);
  }

  private static List<Trend.Point> points(int minutes, IntToLongFunction count) {
    List<Trend.Point> points = new ArrayList<>();
    for (int minute = 0; minute < minutes; minute++) {
      points.add(point(60 * minute, count.applyAsLong(minute)));
    }
    return points;
  }

  private static Trend.Point point(int second, long count) {
    return new Trend.Point(at(second), count, count, count, 0, 0);
  }

  private static Instant at(int second) {
    return START.plusSeconds(second).plus(Duration.ofMillis(1));
  }
}
