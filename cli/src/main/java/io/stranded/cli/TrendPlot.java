package io.stranded.cli;

import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.Trend.Point;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A trend as a plot in a page, with an axis, whose points tell their numbers under the pointer. The
 * page gives it its colours.
 */
final class TrendPlot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 270;
  private static final int LEFT = 56;
  private static final int RIGHT = 120;
  private static final int TOP = 22;
  private static final int BOTTOM = 28;
  private static final int TICKS = 4;

  private final StringBuilder svg = new StringBuilder();
  private final TrendReport report;
  private final Trend trend;
  private final long scale;

  private TrendPlot(TrendReport report, Trend trend, long scale) {
    this.report = report;
    this.trend = trend;
    this.scale = Math.max(1, scale);
  }

  /** All threads. */
  static String large(TrendReport report) {
    Trend all = report.all();
    long most = most(all);
    long warning = all.baseline().map(usual -> all.limits().warningAt(usual)).orElse(0L);
    // The limits belong into the picture unless that would flatten the curve.
    return new TrendPlot(report, all, warning <= 3 * most ? Math.max(most, warning) : most).large();
  }

  /** Threads of one place, for a card. */
  static String small(TrendReport report, Trend trend) {
    return new TrendPlot(report, trend, most(trend)).small();
  }

  private String large() {
    add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, words());
    for (int i = 0; i <= TICKS; i++) {
      double share = (double) i / TICKS;
      double y = y(share * scale);
      add(
          "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
          LEFT, y, WIDTH - RIGHT, y);
      text(LEFT - 8, y + 4, "end", String.format(Locale.ROOT, "%,d", Math.round(share * scale)));
      text(
          LEFT + share * (WIDTH - RIGHT - LEFT),
          HEIGHT - 8,
          "middle",
          TrendWords.after(TrendWords.span(report).multipliedBy(i).dividedBy(TICKS)));
    }
    trend.baseline().ifPresent(this::limits);
    List<double[]> points =
        trend.points().stream()
            .map(point -> new double[] {x(point), y((double) point.count())})
            .toList();
    course(points, y(0));
    points(points);
    return svg.append("</svg>").toString();
  }

  private void limits(long usual) {
    limit("baseline", usual);
    limit("warning", trend.limits().warningAt(usual));
    limit("critical", trend.limits().criticalAt(usual));
  }

  private void limit(String name, long count) {
    if (count <= scale) {
      double y = y((double) count);
      add(
          "<line class=\"limit %s\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
          name, LEFT, y, WIDTH - RIGHT, y);
      text(WIDTH - RIGHT + 8, y + 4, "start", name + " " + count);
    }
  }

  private void course(List<double[]> points, double floor) {
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", point[0], point[1]));
    }
    if (!points.isEmpty()) {
      add(
          "<path class=\"area\" d=\"%sV%.1fH%.1fZ\"/><path class=\"course\" d=\"%s\"/>",
          path, floor, points.get(0)[0], path);
    }
  }

  /** Each point, with the stretch that it stands for under the pointer. */
  private void points(List<double[]> points) {
    double from = LEFT;
    for (int i = 0; i < points.size(); i++) {
      double x = points.get(i)[0];
      double y = points.get(i)[1];
      double to = i + 1 < points.size() ? (x + points.get(i + 1)[0]) / 2 : x + 1;
      add(
          "<g class=\"at\"><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\""
              + " fill=\"transparent\"/><line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\"/>"
              + "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>",
          from, TOP, to - from, HEIGHT - TOP - BOTTOM, x, TOP, x, y(0), x, y);
      text(x, TOP - 8, x > WIDTH / 2.0 ? "end" : "start", words(trend.points().get(i)));
      svg.append("</g>");
      from = to;
    }
  }

  private String small() {
    svg.append("<span class=\"growth\">");
    add(
        "<svg class=\"spark\" viewBox=\"0 0 100 40\" preserveAspectRatio=\"none\" role=\"img\""
            + " aria-label=\"%s\">",
        words());
    List<double[]> points =
        trend.points().stream()
            .map(
                point ->
                    new double[] {
                      100 * TrendWords.share(report, point.at()), 40 - 38.0 * point.count() / scale
                    })
            .toList();
    course(points, 40);
    double from = 0;
    for (int i = 0; i < points.size(); i++) {
      double x = points.get(i)[0];
      double to = i + 1 < points.size() ? (x + points.get(i + 1)[0]) / 2 : 100;
      add(
          "<rect class=\"at\" x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"40\" fill=\"transparent\">"
              + "<title>%s</title></rect>",
          from, Math.max(0, to - from), words(trend.points().get(i)));
      from = to;
    }
    add(
        "</svg><span class=\"scale\"><span>%s</span><span>max %,d</span></span></span>",
        TrendWords.after(TrendWords.span(report)), most(trend));
    return svg.toString();
  }

  private String words() {
    return String.format(
        Locale.ROOT, "%,d at the end, %,d at most, %s", trend.now(), most(trend), trend.course());
  }

  private String words(Point point) {
    return String.format(Locale.ROOT, "%,d at ", point.count())
        + TrendWords.after(Duration.between(report.start(), point.at()));
  }

  private double x(Point point) {
    return LEFT + TrendWords.share(report, point.at()) * (WIDTH - RIGHT - LEFT);
  }

  private double y(double count) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / scale);
  }

  private static long most(Trend trend) {
    return Math.max(1, trend.points().stream().mapToLong(Point::count).max().orElse(1));
  }

  private void text(double x, double y, String anchor, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        x, y, anchor, TrendPicture.escaped(text));
  }

  private void add(String format, Object... args) {
    svg.append(String.format(Locale.ROOT, format, args));
  }
}
