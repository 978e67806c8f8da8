package io.stranded.cli;

import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Level;
import io.stranded.internal.trend.Trend;
import io.stranded.report.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What a trend comes to, in words that all formats share. */
final class TrendWords {
  private TrendWords() {}

  /** Whose threads, and when. */
  static String title(TrendReport report) {
    return subject(report) + ", " + period(report);
  }

  /** Whose threads. */
  static String subject(TrendReport report) {
    return "Threads"
        + report
            .target()
            .map(
                target ->
                    " in "
                        + target.serviceName()
                        + (target.pid() > 0 ? " (pid " + target.pid() + ")" : ""))
            .map(Printable::of)
            .orElse("");
  }

  /** When. */
  static String period(TrendReport report) {
    return time(report.start()) + " to " + time(report.end());
  }

  /** Baseline and limits, and how the count compares. */
  static String level(Trend trend) {
    if (trend.baseline().isEmpty()) {
      return "no baseline: seen for too short a time";
    }
    long baseline = trend.baseline().get();
    Level level = trend.level();
    return "baseline %d, warning from %d, critical from %d: %s"
        .formatted(
            baseline,
            trend.limits().warningAt(baseline),
            trend.limits().criticalAt(baseline),
            level == Level.NORMAL ? "normal" : level.name());
  }

  /** How many started and ended. */
  static String counts(TrendReport.Group group) {
    return "%d started, %d ended, %d at the end"
        .formatted(group.started(), group.ended(), group.trend().now());
  }

  /** Where on the one axis of time of a report something is: 0 at its start, 1 at its end. */
  static double share(TrendReport report, Instant at) {
    double span = Math.max(1, Duration.between(report.start(), report.end()).toMillis());
    double share = Duration.between(report.start(), at).toMillis() / span;
    return Math.max(0, Math.min(1, share));
  }

  /** How long the axis of time is. */
  static Duration span(TrendReport report) {
    return Duration.between(report.start(), report.end());
  }

  static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A time since the start, such as {@code 2 h 5 min}. */
  static String after(Duration time) {
    if (time.toHours() > 0) {
      return time.toHours() + " h " + time.toMinutesPart() + " min";
    }
    if (time.toMinutes() > 0) {
      return time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }
    // The marks of a short axis are less than a second apart.
    return time.toSeconds() < 10 && !time.isZero()
        ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0)
        : time.toSeconds() + " s";
  }
}
