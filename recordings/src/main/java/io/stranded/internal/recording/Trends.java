package io.stranded.internal.recording;

import io.stranded.finding.Target;
import io.stranded.internal.trend.ThreadFlow;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.Trend.Point;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.internal.trend.TrendRecorder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes trends of what a ledger knows. */
final class Trends {
  private Trends() {}

  /** All groups that had a start, most living threads first, and all threads together. */
  static TrendReport of(
      ThreadLedger ledger, Optional<Target> target, TrendLimits limits, List<String> notes) {
    List<TrendReport.Group> groups = new ArrayList<>();
    for (ThreadGroupFlow group : ledger.census().groups()) {
      groups.add(
          new TrendReport.Group(
              group.name(),
              group.creator(),
              group.flow().started(),
              group.flow().ended(),
              group.flow().trend(ledger.start(), ledger.end(), limits)));
    }
    groups.sort(
        Comparator.comparing((TrendReport.Group group) -> !group.trend().shape().rises())
            .thenComparing(group -> group.trend().now(), Comparator.reverseOrder())
            .thenComparing(TrendReport.Group::started, Comparator.reverseOrder())
            .thenComparing(TrendReport.Group::name));
    return new TrendReport(
        target, ledger.start(), ledger.end(), all(ledger, limits), groups, notes);
  }

  /** Platform threads as the JVM counted them. */
  static Trend counted(ThreadLedger ledger, TrendLimits limits) {
    TrendRecorder recorder = new TrendRecorder(limits);
    ledger.census().counts().forEach(recorder::sample);
    return Trend.of(recorder.trend().points(), limits);
  }

  private static Trend all(ThreadLedger ledger, TrendLimits limits) {
    Trend counted = counted(ledger, limits);
    if (!counted.points().isEmpty()) {
      return counted;
    }
    ThreadFlow flow = StartsAndEnds.together(ledger.census().groups());
    Trend started = flow.trend(ledger.start(), ledger.end(), limits);
    return Trend.of(withOlder(started.points(), ledger), limits);
  }

  /** Adds the threads that are older than the recording. */
  private static List<Point> withOlder(List<Point> points, ThreadLedger ledger) {
    List<Instant> ends = new ArrayList<>(ledger.census().endsOfOlder());
    ends.sort(Comparator.naturalOrder());
    Set<Long> alive = new HashSet<>(ledger.dumps().last().keySet());
    ledger.alive().forEach(thread -> alive.add(thread.id()));
    alive.removeIf(id -> ledger.hasEnded(id) || ledger.census().knowsStartOf(id));
    List<Point> sums = new ArrayList<>();
    int gone = 0;
    for (Point point : points) {
      while (gone < ends.size() && !ends.get(gone).isAfter(point.at())) {
        gone++;
      }
      long older = (long) alive.size() + ends.size() - gone;
      sums.add(
          new Point(
              point.at(),
              point.count() + older,
              point.low() + older,
              point.high() + older,
              point.started(),
              point.ended()));
    }
    return sums;
  }
}
