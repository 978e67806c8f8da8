package io.stranded.internal.trend;

import io.stranded.internal.trend.Trend.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps a count of threads that is sampled now and then, for as long as it takes: at first every
 * sample, then stretches of time that get twice as long whenever there are too many.
 *
 * <p>Not safe for use by several threads.
 */
public final class TrendRecorder {
  private static final int MOST_POINTS = 512;
  private static final int LEAST_POINTS = 16;

  /** A count and when it was taken. */
  private record Sample(Instant at, long count) {}

  private final TrendLimits limits;
  private final int mostPoints;
  private final Deque<Sample> recent = new ArrayDeque<>();
  private final List<Point> points = new ArrayList<>();
  private long slotMillis = 1;
  private Optional<Long> baseline = Optional.empty();
  private Optional<Instant> begun = Optional.empty();
  private long highest;

  /** A recorder of nothing yet, that keeps plenty. */
  public TrendRecorder(TrendLimits limits) {
    this(limits, MOST_POINTS);
  }

  /**
   * A recorder of nothing yet.
   *
   * @param mostPoints stretches of time to keep; 16 at least
   */
  public TrendRecorder(TrendLimits limits, int mostPoints) {
    if (mostPoints < LEAST_POINTS) {
      throw new IllegalArgumentException("fewer than " + LEAST_POINTS + " points");
    }
    this.limits = limits;
    this.mostPoints = mostPoints;
  }

  /** Takes a count. One that is older than the last is passed over. */
  public void sample(Instant at, long count) {
    if (begun.isEmpty()) {
      begun = Optional.of(at);
    }
    Point sampled = new Point(at, count, count, count, 0, 0);
    int last = points.size() - 1;
    if (last >= 0 && !at.isAfter(points.get(last).at())) {
      return;
    }
    learn(at, count);
    recent.add(new Sample(at, count));
    forget(at.minus(limits.settle()));
    if (last >= 0 && slot(points.get(last)) == slot(sampled)) {
      points.set(last, joined(points.get(last), sampled));
    } else {
      points.add(sampled);
    }
    while (points.size() > mostPoints) {
      halve();
    }
  }

  /** What was counted so far. The baseline stays that of the time of learning. */
  public Trend trend() {
    OptionalLong settled = recent.stream().mapToLong(Sample::count).min();
    return new Trend(points, limits, baseline, settled);
  }

  private void learn(Instant at, long count) {
    if (baseline.isPresent()) {
      return;
    }
    highest = Math.max(highest, count);
    Duration seen = Duration.between(begun.orElseThrow(), at);
    if (seen.compareTo(limits.learning()) >= 0) {
      baseline = Optional.of(highest);
    }
  }

  /** Keeps one that is older, so that a single late sample is no level. */
  private void forget(Instant until) {
    Sample oldest = recent.removeFirst();
    while (!recent.isEmpty() && !recent.getFirst().at().isAfter(until)) {
      oldest = recent.removeFirst();
    }
    recent.addFirst(oldest);
  }

  private void halve() {
    slotMillis *= 2;
    List<Point> kept = new ArrayList<>();
    for (Point point : points) {
      int last = kept.size() - 1;
      if (last >= 0 && slot(kept.get(last)) == slot(point)) {
        kept.set(last, joined(kept.get(last), point));
      } else {
        kept.add(point);
      }
    }
    points.clear();
    points.addAll(kept);
  }

  private long slot(Point point) {
    return Math.floorDiv(point.at().toEpochMilli(), slotMillis);
  }

  private static Point joined(Point one, Point other) {
    return new Point(
        other.at(),
        other.count(),
        Math.min(one.low(), other.low()),
        Math.max(one.high(), other.high()),
        0,
        0);
  }
}
