package io.stranded.watch;

import io.stranded.internal.trend.Level;
import io.stranded.internal.trend.StartPlace;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.watch.Counted.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the counts of one JVM go over time, together and by the places that start its threads; says
 * when one leaves what was usual after the start. Of each place that is one line, whichever of its
 * counts it was.
 */
final class Trends {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final int MOST_POINTS = 512;

  private final String target;
  private final Consumer<String> log;
  private final CountTrends all;
  private final PlaceTrends places;
  private final Map<Kind, Level> told = new EnumMap<>(Kind.class);
  private final Map<StartPlace, Level> toldOfPlaces = new HashMap<>();
  private volatile Optional<TrendStatus> status = Optional.empty();
  private Instant next = Instant.MIN;

  Trends(String target, TrendLimits limits, Consumer<String> log) {
    this.target = target;
    this.log = log;
    this.all = new CountTrends(limits, MOST_POINTS);
    this.places = new PlaceTrends(limits);
  }

  /** Takes the counts, every few seconds. */
  void sample(Instant at, Counted counted, Supplier<Map<StartPlace, Counted>> byPlace) {
    if (at.isBefore(next)) {
      return;
    }
    next = at.plus(EVERY);
    all.sample(at, counted);
    for (Kind kind : Kind.values()) {
      Level now = all.of(kind).level();
      if (isNews(told.put(kind, now), now)) {
        log.accept(words(now, all, kind, target));
      }
    }
    places.sample(at, byPlace.get());
    toldOfPlaces.keySet().retainAll(places.all().keySet());
    places.all().forEach(this::tell);
    status = Optional.of(status(at));
  }

  /** How things stand; empty if nothing was counted yet. May be asked by any thread. */
  Optional<TrendStatus> status() {
    return status;
  }

  private TrendStatus status(Instant at) {
    Map<String, TrendStatus.Numbers> byName = new TreeMap<>();
    places.all().forEach((place, trends) -> byName.put(place.name(), numbers(trends)));
    return new TrendStatus(at, numbers(all), byName);
  }

  private static TrendStatus.Numbers numbers(CountTrends trends) {
    return new TrendStatus.Numbers(trends.level(), trends.last(), trends.baseline());
  }

  private void tell(StartPlace place, CountTrends trends) {
    Level now = trends.level();
    if (isNews(toldOfPlaces.put(place, now), now)) {
      log.accept(
          words(now, trends, trends.worst(), target + ", started by " + place.name())
              + "; now "
              + trends.last());
    }
  }

  private static boolean isNews(@Nullable Level before, Level now) {
    return before != null && before != now && !(isUsual(before) && isUsual(now));
  }

  private static boolean isUsual(Level level) {
    return level == Level.NORMAL || level == Level.LEARNING;
  }

  private static String words(Level level, CountTrends trends, Kind kind, String whose) {
    Trend trend = trends.of(kind);
    return String.format(
        Locale.ROOT,
        "%s: %d %s threads of %s, %s; %d was usual after the start",
        isUsual(level) ? "normal again" : level.name().toLowerCase(Locale.ROOT),
        trend.now(),
        kind.label(),
        whose,
        trend.course(),
        trend.baseline().orElse(0L));
  }
}
