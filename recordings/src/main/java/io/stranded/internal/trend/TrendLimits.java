package io.stranded.internal.trend;

import java.time.Duration;

/**
 * From when on a count of threads says something, and from when on it is worth a warning.
 *
 * @param leastSpan nothing is said of counts seen for less
 * @param learning for how long after its start a JVM still fills its pools: what only rises then
 *     does not become more. The baseline is the highest count in this time from the start of what
 *     was seen, or in its first third if that is shorter
 * @param settle a level is reached when the count has not been below it for so long, or for the
 *     last tenth of what was seen if that is shorter
 * @param leastRise number of threads by which a count must rise, and a tenth of it besides, to be
 *     called rising
 * @param warning factor above the baseline
 * @param critical factor above the baseline
 * @param leastWarning threads above the baseline that a warning needs in any case; five times as
 *     many for a critical one
 */
public record TrendLimits(
    Duration leastSpan,
    Duration learning,
    Duration settle,
    long leastRise,
    double warning,
    double critical,
    long leastWarning) {
  /** What {@code watch} and {@code trend} use. */
  public static final TrendLimits DEFAULTS =
      new TrendLimits(
          Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(1), 3, 1.5, 3.0, 20);

  /** The same with another {@link #leastSpan()}. */
  public TrendLimits withLeastSpan(Duration span) {
    return new TrendLimits(span, learning, settle, leastRise, warning, critical, leastWarning);
  }

  /** The same with another {@link #learning()}. */
  public TrendLimits withLearning(Duration time) {
    return new TrendLimits(leastSpan, time, settle, leastRise, warning, critical, leastWarning);
  }

  /** The count from which on there is a warning. */
  public long warningAt(long baseline) {
    return Math.max((long) Math.ceil(baseline * warning), baseline + leastWarning);
  }

  /** The count from which on it is critical. */
  public long criticalAt(long baseline) {
    return Math.max((long) Math.ceil(baseline * critical), baseline + 5 * leastWarning);
  }
}
