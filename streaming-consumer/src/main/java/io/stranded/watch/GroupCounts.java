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
import java.util.Set;
import java.util.stream.Collectors;

/** How many threads of each kind do not get on, over time. */
final class GroupCounts {
  private static final int MOST_POINTS = 64;
  private static final int MOST_GROUPS = 1_000;
  private static final int LOOKS = 12;

  /** A level is reached after such a part of the time in which a baseline is learned. */
  private static final int SETTLED = 5;

  private final TrendLimits limits;
  private final Map<String, TrendRecorder> recorders = new LinkedHashMap<>();
  private final Map<String, Set<Long>> members = new HashMap<>();

  /**
   * Nothing was counted yet.
   *
   * @param minAge after which a thread counts; a rise is told after twelve times that, or minutes
   */
  GroupCounts(Duration minAge) {
    TrendLimits usual = TrendLimits.DEFAULTS;
    Duration patient = minAge.multipliedBy(LOOKS);
    Duration span = patient.compareTo(usual.learning()) < 0 ? patient : usual.learning();
    this.limits =
        new TrendLimits(
            span,
            span,
            span.dividedBy(SETTLED),
            usual.leastRise(),
            usual.warning(),
            usual.critical(),
            usual.leastWarning());
  }

  /**
   * Takes in who there is of each group; the others have nobody. A group of which somebody went on
   * is counted from the beginning: what comes and goes is no leak.
   */
  void sample(Instant at, Collection<SuspectGroup> groups) {
    Map<String, Set<Long>> present = new HashMap<>();
    for (SuspectGroup group : groups) {
      present.put(
          group.fingerprint(),
          group.threads().stream().map(SeenThread::id).collect(Collectors.toSet()));
    }
    sample(at, present);
  }

  /** The same for the ids of threads by what their groups are called. */
  void sample(Instant at, Map<String, Set<Long>> present) {
    recorders
        .keySet()
        .removeIf(
            key ->
                !present
                    .getOrDefault(key, Set.of())
                    .containsAll(members.getOrDefault(key, Set.of())));
    members.clear();
    members.putAll(present);
    present.forEach(
        (key, threads) -> {
          if (recorders.containsKey(key) || recorders.size() < MOST_GROUPS) {
            recorders
                .computeIfAbsent(key, first -> new TrendRecorder(limits, MOST_POINTS))
                .sample(at, threads.size());
          }
        });
  }

  /** Whether the threads of a group become more and more. */
  boolean rises(SuspectGroup group) {
    return rises(trend(group.fingerprint()), group.threads().size());
  }

  /** Whether they do, and are far more than was usual after the start. */
  boolean risesBeyondBaseline(String group, int size) {
    Trend trend = trend(group);
    return rises(trend, size)
        && switch (trend.level()) {
          case WARNING, CRITICAL -> true;
          case LEARNING, NORMAL -> false;
        };
  }

  private boolean rises(Trend trend, int size) {
    return switch (trend.shape()) {
      case RISING, RISING_SAWTOOTH -> size >= limits.leastRise();
      case UNKNOWN, STEADY, LEVELLED, SAWTOOTH, LOAD, FALLING, RISEN -> false;
    };
  }

  /** How the number went, for people. */
  String words(SuspectGroup group) {
    return words(group.fingerprint());
  }

  /** The same for a group by what it is called. */
  String words(String group) {
    return "number over time: " + trend(group).course();
  }

  private Trend trend(String group) {
    TrendRecorder recorder = recorders.get(group);
    return (recorder == null ? new TrendRecorder(limits, MOST_POINTS) : recorder).trend();
  }
}
