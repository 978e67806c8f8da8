package io.stranded.cli;

import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.Trend.Point;
import io.stranded.report.Printable;
import java.util.List;
import java.util.Locale;

/** Draws trends as an SVG picture: all threads, and a small plot for each of the first groups. */
final class TrendPicture {
  private static final int WIDTH = 960;
  private static final int LEFT = 56;
  private static final int RIGHT = 130;
  private static final int TOP = 44;
  private static final int HEIGHT = 220;
  private static final int SMALL_HEIGHT = 46;
  private static final int SMALL_STEP = 92;
  private static final int MOST_CHARACTERS = 125;
  private static final int GROUPS_TOP = TOP + HEIGHT + 84;

  private static final String STEADY = "#2563eb";
  private static final String RISING = "#c2410c";
  private static final String WARNING = "#d97706";
  private static final String CRITICAL = "#dc2626";
  private static final String GREY = "#64748b";

  private final StringBuilder svg = new StringBuilder();
  private final TrendReport report;

  private TrendPicture(TrendReport report) {
    this.report = report;
  }

  static String of(TrendReport report, int top) {
    return new TrendPicture(report).draw(report.groups().stream().limit(top).toList());
  }

  private String draw(List<TrendReport.Group> groups) {
    int height = GROUPS_TOP + groups.size() * SMALL_STEP;
    add(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" \
        font-family="system-ui, sans-serif" font-size="13" fill="%s" role="img">
        """,
        WIDTH, height, GREY);
    add("<title>%s</title>%n", escaped(TrendWords.title(report)));
    text(LEFT, 20, "start", GREY, TrendWords.title(report));
    all();
    int y = GROUPS_TOP;
    for (TrendReport.Group group : groups) {
      small(group, y);
      y += SMALL_STEP;
    }
    return svg.append("</svg>\n").toString();
  }

  private void all() {
    Trend trend = report.all();
    long most = most(trend);
    boolean limits = trend.baseline().isPresent();
    long warning = limits ? trend.limits().warningAt(trend.baseline().get()) : 0;
    long critical = limits ? trend.limits().criticalAt(trend.baseline().get()) : 0;
    // The limits belong into the picture unless that would flatten the curve.
    long scale = limits && warning <= 3 * most ? Math.max(most, warning) : most;
    axis(TOP, HEIGHT, scale);
    if (limits) {
      limit("baseline", trend.baseline().get(), scale, GREY);
      limit("warning", warning, scale, WARNING);
      limit("critical", critical, scale, CRITICAL);
    }
    curve(trend, TOP, HEIGHT, scale);
    int below = TOP + HEIGHT + 18;
    text(LEFT, below, "start", GREY, "0");
    text(WIDTH - RIGHT, below, "end", GREY, TrendWords.after(TrendWords.span(report)));
    text(
        LEFT,
        below + 26,
        "start",
        colour(trend),
        "all threads: " + trend.course() + "; " + TrendWords.level(trend));
  }

  private void limit(String name, long count, long scale, String colour) {
    if (count > scale) {
      return;
    }
    double y = y(count, TOP, HEIGHT, scale);
    add(
        "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\" stroke-dasharray=\"5 4\"/>%n",
        LEFT, y, WIDTH - RIGHT, y, colour);
    text(WIDTH - RIGHT + 8, (int) y + 4, "start", colour, name + " " + count);
  }

  private void small(TrendReport.Group group, int y) {
    text(LEFT, y, "start", colour(group.trend()), fitting(Printable.of(group.name())));
    text(LEFT, y + 18, "start", GREY, TrendWords.counts(group) + "; " + group.trend().course());
    long most = most(group.trend());
    axis(y + 24, SMALL_HEIGHT, most);
    curve(group.trend(), y + 24, SMALL_HEIGHT, most);
  }

  /** What does not fit would be cut at the edge of the picture, unseen. */
  private static String fitting(String name) {
    return name.length() <= MOST_CHARACTERS ? name : name.substring(0, MOST_CHARACTERS - 1) + "…";
  }

  private void axis(int top, int height, long most) {
    add(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#94a3b8\"/>%n",
        LEFT, top, top + height, WIDTH - RIGHT);
    text(LEFT - 8, top + 10, "end", GREY, Long.toString(most));
    text(LEFT - 8, top + height, "end", GREY, "0");
  }

  private void curve(Trend trend, int top, int height, long most) {
    StringBuilder path = new StringBuilder();
    for (Point point : trend.points()) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : "L",
              x(point),
              y(point.count(), top, height, most)));
    }
    add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\"/>%n",
        path, colour(trend));
  }

  private double x(Point point) {
    return LEFT + TrendWords.share(report, point.at()) * (WIDTH - RIGHT - LEFT);
  }

  private static double y(long count, int top, int height, long most) {
    return top + height * (1 - (double) count / most);
  }

  private static long most(Trend trend) {
    return Math.max(1, trend.points().stream().mapToLong(Point::count).max().orElse(1));
  }

  private static String colour(Trend trend) {
    return trend.shape().rises() ? RISING : STEADY;
  }

  private void text(int x, int y, String anchor, String colour, String text) {
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
        x, y, anchor, colour, escaped(text));
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private void add(String format, Object... args) {
    svg.append(String.format(Locale.ROOT, format, args));
  }
}
