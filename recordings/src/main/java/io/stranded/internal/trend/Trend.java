package io.stranded.internal.trend;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A count of threads over time, and what it tells.
 *
 * <p>Threads come and go with the load, so what counts is the floor: the lowest count of a stretch
 * of time. A leak lifts it again and again; a pool lifts it until it is full; a burst does not.
 *
 * @param points in the order of time, evenly spaced
 * @param limits from when on it says something
 * @param baseline the count to compare with, once it is known
 * @param settled the lowest count of the last {@link TrendLimits#settle()}; empty if nothing was
 *     counted
 */
public record Trend(
    List<Point> points, TrendLimits limits, Optional<Long> baseline, OptionalLong settled) {
  private static final int LEAST_POINTS = 6;

  /** A rise that comes down again by less than this share of it is no sawtooth. */
  private static final double DIPS = 0.1;

  /** A change of less than this share of the count is none. */
  private static final double NOISE = 0.1;

  /** Where threads end, no more than this share of those started is there at a time. */
  private static final double MOST_LEFT = 0.02;

  /** Threads in a sixth of the time below which a pause is none. */
  private static final double LEAST_USUAL = 2;

  /** What rises by less than this share of what is usual has stopped. */
  private static final double STOPPED = 0.1;

  private static final double LOAD_CORRELATION = 0.7;

  /**
   * The threads in a stretch of time.
   *
   * @param at its end
   * @param count the count at its end
   * @param low the lowest count in it
   * @param high the highest count in it
   * @param started number of threads that were started in it; 0 if unknown
   * @param ended number of threads that ended in it; 0 if unknown
   */
  public record Point(Instant at, long count, long low, long high, long started, long ended) {}

  public Trend {
    points = List.copyOf(points);
  }

  /** A trend whose baseline is that of {@link TrendLimits#learning()}. */
  public static Trend of(List<Point> points, TrendLimits limits) {
    return new Trend(points, limits, learn(points, limits), settled(points, limits));
  }

  /** The time between the first point and the last. */
  public Duration span() {
    return points.isEmpty() ? Duration.ZERO : Duration.between(first().at(), last().at());
  }

  /** The count at the end; 0 if nothing was counted. */
  public long now() {
    return points.isEmpty() ? 0 : last().count();
  }

  /** How the count went. */
  public Shape shape() {
    if (points.size() < LEAST_POINTS || span().compareTo(limits.leastSpan()) < 0) {
      return Shape.UNKNOWN;
    }
    long first = floor(0);
    long second = floor(1);
    long third = floor(2);
    long rise = third - first;
    if (rise >= leastChange(first)
        && second > first
        && third > second
        && (rise < 5 * (third - second) || risesStill(second, third))) {
      if (followsLoad()) {
        return Shape.LOAD;
      }
      if (hasStopped(rise)) {
        return Shape.RISEN;
      }
      return dips() <= DIPS * rise ? Shape.RISING : Shape.RISING_SAWTOOTH;
    }
    long top = points.stream().mapToLong(Point::high).max().orElseThrow();
    long bottom = points.stream().mapToLong(Point::low).min().orElseThrow();
    if (top - bottom < leastChange(bottom)) {
      return Shape.STEADY;
    }
    if (dips() <= DIPS * (top - bottom)) {
      return Shape.LEVELLED;
    }
    if (climbs() <= DIPS * (top - bottom)) {
      return Shape.FALLING;
    }
    return followsLoad() ? Shape.LOAD : Shape.SAWTOOTH;
  }

  /** Threads an hour by which the count goes up, by least squares; negative if it goes down. */
  public double perHour() {
    int n = points.size();
    if (n < 2) {
      return 0;
    }
    double meanX = 0;
    double meanY = 0;
    for (Point point : points) {
      meanX += hours(point) / n;
      meanY += (double) point.low() / n;
    }
    double xy = 0;
    double xx = 0;
    for (Point point : points) {
      xy += (hours(point) - meanX) * (point.low() - meanY);
      xx += (hours(point) - meanX) * (hours(point) - meanX);
    }
    return xx == 0 ? 0 : xy / xx;
  }

  /** Shape and, if it rises, rate, such as {@code rising by 12.5 an hour}. */
  public String course() {
    Shape shape = shape();
    return shape.rises() && shape != Shape.RISEN
        ? shape.label() + " by " + rate(perHour())
        : shape.label();
  }

  private static String rate(double perHour) {
    if (perHour < 1) {
      return String.format(Locale.ROOT, "%.1f a day", 24 * perHour);
    }
    return String.format(Locale.ROOT, perHour < 100 ? "%.1f an hour" : "%,.0f an hour", perHour);
  }

  /** How far the count is above the baseline, bursts left out. */
  public Level level() {
    if (baseline.isEmpty()) {
      return Level.LEARNING;
    }
    long count = settled.orElse(0);
    if (count >= limits.criticalAt(baseline.get())) {
      return Level.CRITICAL;
    }
    return count >= limits.warningAt(baseline.get()) ? Level.WARNING : Level.NORMAL;
  }

  /** How the count goes with the number of starts: 1 as that does, 0 regardless of it. */
  public double loadCorrelation() {
    int n = points.size();
    double meanStarts = points.stream().mapToLong(Point::started).average().orElse(0);
    double meanCount = points.stream().mapToLong(Point::high).average().orElse(0);
    double product = 0;
    double starts = 0;
    double counts = 0;
    for (Point point : points) {
      double s = point.started() - meanStarts;
      double c = point.high() - meanCount;
      product += s * c;
      starts += s * s;
      counts += c * c;
    }
    return n == 0 || starts == 0 || counts == 0 ? 0 : product / Math.sqrt(starts * counts);
  }

  /**
   * Whether there are more threads because more are started. Those that stay add up whatever the
   * load is: then more are left than a few, and more for each start as time goes by.
   */
  private boolean followsLoad() {
    long started = points.stream().mapToLong(Point::started).sum();
    double before = countPerStart(1);
    double last = countPerStart(2);
    return now() <= MOST_LEFT * started
        && before > 0
        && last > 0
        && last <= (1 + NOISE) * before
        && loadCorrelation() >= LOAD_CORRELATION;
  }

  /** Whether it rises to the end, however much faster it did before. */
  private boolean risesStill(long second, long third) {
    long before = points.get(points.size() * 5 / 6 - 1).low();
    return third - second >= leastChange(second) && now() - before >= limits.leastRise();
  }

  /**
   * Whether it rose and does no more: in the last sixth of the time by far less than before. A slow
   * rise may pause that long, and what goes up and down says nothing in so short a time.
   */
  private boolean hasStopped(long rise) {
    int n = points.size();
    double usual = rise / 4.0;
    if (usual < LEAST_USUAL || n < 2 * LEAST_POINTS || dips() > DIPS * rise) {
      return false;
    }
    long before = points.get(n * 5 / 6 - 1).low();
    return now() - before < STOPPED * usual;
  }

  private double countPerStart(int third) {
    List<Point> part = part(third);
    double starts = part.stream().mapToLong(Point::started).sum();
    double counts = part.stream().mapToLong(Point::count).sum();
    return starts == 0 ? 0 : counts / starts;
  }

  private long leastChange(long from) {
    return Math.max(limits.leastRise(), (long) Math.ceil(NOISE * from));
  }

  private long floor(int third) {
    return part(third).stream().mapToLong(Point::low).min().orElseThrow();
  }

  private List<Point> part(int third) {
    int n = points.size();
    return points.subList(n * third / 3, n * (third + 1) / 3);
  }

  private long dips() {
    long sum = 0;
    for (int i = 1; i < points.size(); i++) {
      sum += Math.max(0, points.get(i - 1).low() - points.get(i).low());
    }
    return sum;
  }

  private long climbs() {
    long sum = 0;
    for (int i = 1; i < points.size(); i++) {
      sum += Math.max(0, points.get(i).low() - points.get(i - 1).low());
    }
    return sum;
  }

  private double hours(Point point) {
    return Duration.between(first().at(), point.at()).toMillis() / 3_600_000.0;
  }

  private Point first() {
    return points.get(0);
  }

  private Point last() {
    return points.get(points.size() - 1);
  }

  private static Optional<Long> learn(List<Point> points, TrendLimits limits) {
    if (points.size() < LEAST_POINTS) {
      return Optional.empty();
    }
    Instant start = points.get(0).at();
    Duration span = Duration.between(start, points.get(points.size() - 1).at());
    Instant until = start.plus(shorter(limits.learning(), span.dividedBy(3)));
    long highest =
        points.stream()
            .filter(point -> !point.at().isAfter(until))
            .mapToLong(Point::high)
            .max()
            .orElseThrow();
    return span.compareTo(limits.leastSpan()) < 0 ? Optional.empty() : Optional.of(highest);
  }

  private static OptionalLong settled(List<Point> points, TrendLimits limits) {
    if (points.isEmpty()) {
      return OptionalLong.empty();
    }
    Instant end = points.get(points.size() - 1).at();
    Duration span = Duration.between(points.get(0).at(), end);
    Instant from = end.minus(shorter(limits.settle(), span.dividedBy(10)));
    return points.stream().filter(p -> !p.at().isBefore(from)).mapToLong(Point::low).min();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
