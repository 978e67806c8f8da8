package io.stranded.watch;

import io.stranded.internal.trend.StartPlace;
import io.stranded.internal.trend.TrendLimits;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How the counts of one JVM go over time by the places that start its threads: the largest. */
final class PlaceTrends {
  private static final int MOST_PLACES = 50;
  private static final int MOST_POINTS = 64;

  private static final Comparator<Map.Entry<StartPlace, Counted>> LARGEST_FIRST =
      Comparator.comparing((Map.Entry<StartPlace, Counted> entry) -> entry.getValue().live())
          .reversed()
          .thenComparing(entry -> entry.getKey().key());

  private final TrendLimits limits;
  private final Map<StartPlace, CountTrends> places = new LinkedHashMap<>();

  PlaceTrends(TrendLimits limits) {
    this.limits = limits;
  }

  /** Takes the counts of all places that have living threads. */
  void sample(Instant at, Map<StartPlace, Counted> counts) {
    counts.entrySet().stream()
        .sorted(LARGEST_FIRST)
        .forEach(entry -> admit(at, entry.getKey(), entry.getValue()));
    places.forEach((place, trends) -> trends.sample(at, counts.getOrDefault(place, Counted.NONE)));
  }

  /** The places that are followed. */
  Map<StartPlace, CountTrends> all() {
    return Collections.unmodifiableMap(places);
  }

  /** Follows a place that is not yet, if there is room or it is larger than another. */
  private void admit(Instant at, StartPlace place, Counted counted) {
    if (places.containsKey(place)) {
      return;
    }
    if (places.size() >= MOST_PLACES) {
      Optional<StartPlace> smaller = smallerThan(counted);
      if (smaller.isEmpty()) {
        return;
      }
      places.remove(smaller.get());
    }
    CountTrends trends = new CountTrends(limits, MOST_POINTS);
    trends.sample(at, counted);
    places.put(place, trends);
  }

  private Optional<StartPlace> smallerThan(Counted counted) {
    return places.entrySet().stream()
        .filter(entry -> entry.getValue().last().live() < counted.live())
        .min(Comparator.comparingLong(entry -> entry.getValue().last().live()))
        .map(Map.Entry::getKey);
  }
}
