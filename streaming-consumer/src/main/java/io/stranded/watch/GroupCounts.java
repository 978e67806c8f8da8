package io.stranded.watch;

import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.internal.trend.TrendRecorder;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many threads of each kind do not get on, over time. */
final class GroupCounts {
  private static final int MOST_POINTS = 64;
  private static final int MOST_GROUPS = 1_000;
  private static final int LOOKS = 12;

  private final TrendLimits limits;
  private final Map<String, TrendRecorder> recorders = new LinkedHashMap<>();

  /**
   * Nothing was counted yet.
   *
   * @param minAge after which a thread counts; a rise is told after twelve times that, or minutes
   */
  GroupCounts(Duration minAge) {
    Duration span = minAge.multipliedBy(LOOKS);
    Duration learning = TrendLimits.DEFAULTS.learning();
    this.limits =
        TrendLimits.DEFAULTS.withLeastSpan(span.compareTo(learning) < 0 ? span : learning);
  }

  /** Takes in how many there are of each group; the others have none. */
  void sample(Instant at, Collection<SuspectGroup> groups) {
    Map<String, Integer> counts = new HashMap<>();
    groups.forEach(group -> counts.put(group.fingerprint(), group.threads().size()));
    recorders.keySet().removeIf(key -> !counts.containsKey(key));
    counts.forEach(
        (key, count) -> {
          if (recorders.containsKey(key) || recorders.size() < MOST_GROUPS) {
            recorders
                .computeIfAbsent(key, first -> new TrendRecorder(limits, MOST_POINTS))
                .sample(at, count);
          }
        });
  }

  /** Whether the threads of a group become more and more. */
  boolean rises(SuspectGroup group) {
    return switch (trend(group).shape()) {
      case RISING, RISING_SAWTOOTH -> group.threads().size() >= limits.leastRise();
      case UNKNOWN, STEADY, LEVELLED, SAWTOOTH, LOAD, FALLING, RISEN -> false;
    };
  }

  /** How the number went, for people. */
  String words(SuspectGroup group) {
    return "number over time: " + trend(group).course();
  }

  private Trend trend(SuspectGroup group) {
    TrendRecorder recorder = recorders.get(group.fingerprint());
    return (recorder == null ? new TrendRecorder(limits, MOST_POINTS) : recorder).trend();
  }
}
