package io.stranded.cli;

import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.Trend.Point;
import io.stranded.report.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Draws trends with characters. */
final class TrendText {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 10;
  private static final int SPARK_WIDTH = 24;
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private final StringBuilder out = new StringBuilder();
  private final TrendReport report;

  private TrendText(TrendReport report) {
    this.report = report;
  }

  /** The plot of all threads, and a line for each of the first groups. */
  static String of(TrendReport report, int top) {
    TrendText text = new TrendText(report);
    text.line(TrendWords.title(report));
    text.line("");
    text.plot(report.all());
    text.line("");
    text.line("all threads: " + report.all().course());
    text.line(TrendWords.level(report.all()));
    text.line("");
    report.groups().stream().limit(top).forEach(text::group);
    if (report.groups().size() > top) {
      text.line((report.groups().size() - top) + " more places: --top shows more");
    }
    report.notes().forEach(note -> text.line("note: " + Printable.of(note)));
    return text.out.toString();
  }

  private void group(TrendReport.Group group) {
    line(spark(group.trend()) + "  " + Printable.of(group.name()));
    line(" ".repeat(SPARK_WIDTH) + "  " + TrendWords.counts(group) + "; " + group.trend().course());
  }

  private void plot(Trend trend) {
    long[] columns = columns(trend.points(), WIDTH);
    long most = Math.max(1, Arrays.stream(columns).max().orElse(0));
    long warning =
        trend.baseline().map(baseline -> trend.limits().warningAt(baseline)).orElse(Long.MAX_VALUE);
    int warningRow = warning <= most ? rows(warning, most) : -1;
    int labelWidth = Long.toString(most).length();
    for (int row = HEIGHT; row >= 1; row--) {
      StringBuilder bars = new StringBuilder();
      for (long column : columns) {
        bars.append(rows(column, most) >= row ? '█' : row == warningRow ? '╌' : ' ');
      }
      String label = row == HEIGHT ? Long.toString(most) : "";
      String note = row == warningRow ? " warning" : "";
      line(
          String.format(Locale.ROOT, "%" + labelWidth + "s │", label)
              + bars.toString().stripTrailing()
              + note);
    }
    line(String.format(Locale.ROOT, "%" + labelWidth + "s └", 0) + "─".repeat(WIDTH));
    String end = TrendWords.after(TrendWords.span(report));
    line(
        " ".repeat(labelWidth + 2) + "0" + " ".repeat(Math.max(1, WIDTH - 1 - end.length())) + end);
  }

  private static int rows(long count, long most) {
    return (int) Math.ceil((double) HEIGHT * count / most);
  }

  private String spark(Trend trend) {
    long[] columns = columns(trend.points(), SPARK_WIDTH);
    long most = Math.max(1, Arrays.stream(columns).max().orElse(0));
    StringBuilder spark = new StringBuilder();
    for (long column : columns) {
      spark.append(column == 0 ? ' ' : BARS.charAt((int) ((BARS.length() - 1) * column / most)));
    }
    return spark.toString();
  }

  /**
   * The highest count in each stretch of time; where there is no point, the one before holds on,
   * and before the first nothing is known.
   */
  private long[] columns(List<Point> points, int width) {
    long[] columns = new long[width];
    if (points.isEmpty()) {
      return columns;
    }
    Arrays.fill(columns, -1);
    for (Point point : points) {
      int column = Math.min(width - 1, (int) (TrendWords.share(report, point.at()) * width));
      columns[column] = Math.max(columns[column], point.count());
    }
    columns[0] = Math.max(0, columns[0]);
    for (int i = 1; i < width; i++) {
      columns[i] = columns[i] < 0 ? columns[i - 1] : columns[i];
    }
    return columns;
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }
}
