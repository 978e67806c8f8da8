package io.stranded.watch;

import io.stranded.internal.trend.Level;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.internal.trend.TrendRecorder;
import io.stranded.watch.Counted.Kind;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How the numbers of some threads go over time. */
final class CountTrends {
  private final Map<Kind, TrendRecorder> recorders = new EnumMap<>(Kind.class);
  private Counted last = Counted.NONE;

  /**
   * Nothing was counted yet.
   *
   * @param mostPoints kept of each count; more of them show more of what was long ago
   */
  CountTrends(TrendLimits limits, int mostPoints) {
    for (Kind kind : Kind.values()) {
      recorders.put(kind, new TrendRecorder(limits, mostPoints));
    }
  }

  void sample(Instant at, Counted counted) {
    last = counted;
    recorders.forEach((kind, recorder) -> recorder.sample(at, counted.of(kind)));
  }

  /** What was counted last. */
  Counted last() {
    return last;
  }

  /** What was usual after the start, once that is known. */
  Optional<Counted> baseline() {
    return of(Kind.LIVE).baseline().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Counted(
                usual(Kind.LIVE), usual(Kind.PARKED), usual(Kind.SUSPECT), usual(Kind.LEAKED)));
  }

  private long usual(Kind kind) {
    return of(kind).baseline().orElse(0L);
  }

  Trend of(Kind kind) {
    return Objects.requireNonNull(recorders.get(kind)).trend();
  }

  /** The count that is farthest above its baseline. */
  Kind worst() {
    return recorders.keySet().stream()
        .max(Comparator.comparing((Kind kind) -> of(kind).level()))
        .orElseThrow();
  }

  /** How far that is. */
  Level level() {
    return of(worst()).level();
  }
}
