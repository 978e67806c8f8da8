package io.stranded.watch;

import io.stranded.trend.Level;
import io.stranded.trend.Trend;
import io.stranded.trend.TrendLimits;
import io.stranded.trend.TrendRecorder;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** How the counts of one JVM go over time; says when one leaves what was usual after the start. */
final class Trends {
  /** What is counted. */
  enum Count {
    LIVE,
    PARKED,
    SUSPECT,
    LEAKED
  }

  private static final Duration EVERY = Duration.ofSeconds(5);

  private final String target;
  private final Consumer<String> log;
  private final Map<Count, TrendRecorder> recorders = new EnumMap<>(Count.class);
  private final Map<Count, Level> levels = new EnumMap<>(Count.class);
  private Instant next = Instant.MIN;

  Trends(String target, TrendLimits limits, Consumer<String> log) {
    this.target = target;
    this.log = log;
    for (Count count : Count.values()) {
      recorders.put(count, new TrendRecorder(limits));
      levels.put(count, Level.LEARNING);
    }
  }

  /** Takes the counts, every few seconds. */
  void sample(Instant at, Map<Count, Long> counts) {
    if (at.isBefore(next)) {
      return;
    }
    next = at.plus(EVERY);
    recorders.forEach(
        (count, recorder) -> {
          recorder.sample(at, counts.getOrDefault(count, 0L));
          tell(count, recorder.trend());
        });
  }

  private void tell(Count count, Trend trend) {
    Level now = trend.level();
    Level before = levels.put(count, now);
    boolean usual = now == Level.NORMAL || now == Level.LEARNING;
    if (now == before || (usual && before == Level.LEARNING)) {
      return;
    }
    log.accept(
        String.format(
            Locale.ROOT,
            "%s: %d %s threads of %s, %s; %d was usual after the start",
            usual ? "normal again" : now.name().toLowerCase(Locale.ROOT),
            trend.now(),
            count.name().toLowerCase(Locale.ROOT),
            target,
            trend.course(),
            trend.baseline().orElse(0L)));
  }
}
