package io.stranded.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** CPU seconds over the size of the dump as an SVG picture, both axes logarithmic. */
final class Plot {
  private static final int LEFT = 60;
  private static final int TOP = 24;
  private static final int WIDTH = 460;
  private static final int HEIGHT = 320;
  private static final double[] SECONDS = {0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500};

  private final List<Result> results;
  private final double leastSize;
  private final double mostSize;
  private final double leastSeconds;
  private final double mostSeconds;

  private Plot(List<Result> results) {
    this.results = results;
    leastSize = results.stream().mapToDouble(Result::gigabytes).min().orElseThrow() / 1.3;
    mostSize = results.stream().mapToDouble(Result::gigabytes).max().orElseThrow() * 1.3;
    leastSeconds = results.stream().mapToDouble(Result::cpuSeconds).min().orElseThrow() / 1.5;
    mostSeconds = results.stream().mapToDouble(Result::cpuSeconds).max().orElseThrow() * 1.5;
  }

  static String of(List<Result> results) {
    return new Plot(results).draw();
  }

  private String draw() {
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" \
        font-size="12" fill="#64748b">
        <text x="%d" y="14">CPU seconds to open a heap dump and mark everything, by its size</text>
        """,
        LEFT + WIDTH + 90,
        TOP + HEIGHT + 30,
        LEFT);
    for (double seconds : SECONDS) {
      if (seconds > leastSeconds && seconds < mostSeconds) {
        line(svg, LEFT, y(seconds), LEFT + WIDTH, y(seconds));
        text(
            svg,
            "end",
            LEFT - 6,
            y(seconds) + 4,
            String.format(Locale.ROOT, seconds < 1 ? "%.1f s" : "%.0f s", seconds));
      }
    }
    for (double size : results.stream().map(Result::gigabytes).distinct().sorted().toList()) {
      line(svg, x(size), TOP, x(size), TOP + HEIGHT);
      text(svg, "middle", x(size), TOP + HEIGHT + 18, Report.gigabytes(size));
    }
    for (Reader reader : Reader.values()) {
      curve(svg, reader);
    }
    return svg.append("</svg>\n").toString();
  }

  private void curve(StringBuilder svg, Reader reader) {
    List<Result> points =
        results.stream()
            .filter(result -> result.reader() == reader)
            .sorted(Comparator.comparing(Result::gigabytes))
            .toList();
    if (points.isEmpty()) {
      return;
    }
    String colour = colour(reader);
    StringBuilder path = new StringBuilder();
    for (Result point : points) {
      double x = x(point.gigabytes());
      double y = y(point.cpuSeconds());
      add(path, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y);
      add(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n", x, y, colour);
    }
    add(svg, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", path, colour);
    Result last = points.get(points.size() - 1);
    add(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>%n",
        x(last.gigabytes()) + 8,
        y(last.cpuSeconds()) + 4,
        colour,
        reader);
  }

  private static String colour(Reader reader) {
    return switch (reader) {
      case STRANDED -> "#c2410c";
      case GRIDKIT -> "#2563eb";
      case SHARK -> "#059669";
      case NETBEANS -> "#7c3aed";
    };
  }

  private double x(double size) {
    return LEFT + WIDTH * Math.log(size / leastSize) / Math.log(mostSize / leastSize);
  }

  private double y(double seconds) {
    double up = Math.log(seconds / leastSeconds) / Math.log(mostSeconds / leastSeconds);
    return TOP + HEIGHT * (1 - up);
  }

  private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
    add(
        svg,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#94a3b855\"/>%n",
        x1,
        y1,
        x2,
        y2);
  }

  private static void text(StringBuilder svg, String anchor, double x, double y, String text) {
    add(svg, "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", anchor, x, y, text);
  }

  private static void add(StringBuilder to, String format, Object... args) {
    to.append(String.format(Locale.ROOT, format, args));
  }
}
