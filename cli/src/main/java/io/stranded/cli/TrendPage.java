package io.stranded.cli;

import io.stranded.endpoint.PageStyle;
import io.stranded.internal.recording.TrendReport;
import io.stranded.internal.trend.Level;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.Trend.Point;
import io.stranded.report.Printable;
import java.util.List;
import java.util.Locale;

/**
 * Trends as a page that needs nothing but itself, by the hand of the endpoint's page: the whole,
 * and a card for each place that started threads.
 */
final class TrendPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>%s</title>
      <style>
      """;

  /** What the endpoint's page does not have. */
  private static final String STYLE =
      """
      .plot { margin-top: 18px; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
      .plot svg { display: block; width: 100%; min-width: 620px; height: auto; font-size: 12px; fill: var(--soft); }
      .plot .course { fill: none; stroke: var(--tone, var(--link)); stroke-width: 2; stroke-linejoin: round; }
      .plot .area { fill: var(--tone, var(--link)); opacity: .1; }
      .plot .grid { stroke: var(--line); }
      .plot .limit { stroke-dasharray: 5 4; }
      .plot .baseline { stroke: var(--soft); } .plot .warning { stroke: var(--amber); } .plot .critical { stroke: var(--red); }
      .plot .at > * { opacity: 0; pointer-events: none; }
      .plot .at:hover > * { opacity: 1; }
      .plot .at > rect { opacity: 1; pointer-events: auto; }
      .plot .at line { stroke: var(--soft); } .plot .at circle { fill: var(--ink); } .plot .at text { fill: var(--ink); font-weight: 600; }
      .spark .at:hover { fill: var(--ink); fill-opacity: .18; }
      #places { margin-bottom: 10px; }
      .rises { --tone: var(--red); --tone-soft: var(--red-soft); }
      .calm { --tone: var(--link); --tone-soft: var(--well); }
      """;

  private static final String TOP =
      """
      </style>
      </head>
      <body>
      <header>
      <p class="brand">Stranded</p>
      <h1>%s</h1>
      <p class="where">%s</p>
      %s</header>
      <main>
      """;

  private final TrendReport report;
  private final StringBuilder page = new StringBuilder();

  private TrendPage(TrendReport report) {
    this.report = report;
  }

  static String of(TrendReport report, int top) {
    return new TrendPage(report).write(report.groups().stream().limit(top).toList());
  }

  private String write(List<TrendReport.Group> groups) {
    page.append(HEAD.formatted(html(TrendWords.title(report))))
        .append(PageStyle.css())
        .append(STYLE)
        .append(
            TOP.formatted(
                html(TrendWords.subject(report)), html(TrendWords.period(report)), notes()));
    tiles();
    page.append("<div class=\"plot ")
        .append(tone(report.all()))
        .append("\">")
        .append(TrendPlot.large(report))
        .append("</div>\n<p class=\"hint\">all threads: ")
        .append(html(report.all().course() + "; " + TrendWords.level(report.all())))
        .append("</p>\n");
    if (!groups.isEmpty()) {
      page.append(
          "<section aria-labelledby=\"places\">\n<h2 id=\"places\">Who started them</h2>\n");
      groups.forEach(this::card);
      page.append("</section>\n");
    }
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private void tiles() {
    Trend all = report.all();
    long rising = report.groups().stream().filter(group -> rises(group.trend())).count();
    page.append("<dl class=\"tiles\">");
    tile("threads at the end", number(all.now()), false);
    tile("at most", number(most(all)), false);
    tile("places that rise", number(rising), rising > 0);
    tile(
        "level",
        all.level().name().toLowerCase(Locale.ROOT),
        all.level() == Level.CRITICAL || all.level() == Level.WARNING);
    page.append("</dl>\n");
  }

  private void tile(String name, String value, boolean bad) {
    page.append(bad ? "<div class=\"bad\">" : "<div>")
        .append("<dt>" + name + "</dt><dd>" + html(value) + "</dd></div>");
  }

  private void card(TrendReport.Group group) {
    page.append("<details class=\"finding ")
        .append(tone(group.trend()))
        .append("\"><summary><span class=\"count\"><b>")
        .append(number(group.trend().now()))
        .append("</b>now</span><span class=\"what\"><span class=\"line\"><span class=\"badge\">")
        .append(html(group.trend().course()))
        .append("</span></span><span class=\"cause\">")
        .append(html(Printable.of(group.name())))
        .append("</span><span class=\"since\">")
        .append(html(TrendWords.counts(group)))
        .append("</span></span>")
        .append(TrendPlot.small(report, group.trend()))
        .append("</summary><div class=\"body\">");
    if (group.creator().isEmpty()) {
      page.append("<p class=\"hint\">Nobody told who started them.</p>");
    } else {
      page.append("<div class=\"stack\"><h3>Started by</h3><ul>");
      group
          .creator()
          .forEach(
              frame ->
                  page.append("<li><span class=\"method\">")
                      .append(html(Printable.of(frame)))
                      .append("</span></li>"));
      page.append("</ul></div>");
    }
    page.append("</div></details>\n");
  }

  private String notes() {
    StringBuilder notes = new StringBuilder();
    report.notes().forEach(note -> notes.append("<li>").append(html(note)).append("</li>"));
    return notes.isEmpty() ? "" : "<ul class=\"notes\">" + notes + "</ul>\n";
  }

  private static boolean rises(Trend trend) {
    return trend.shape().rises();
  }

  private static String tone(Trend trend) {
    return rises(trend) ? "rises" : "calm";
  }

  private static long most(Trend trend) {
    return trend.points().stream().mapToLong(Point::high).max().orElse(0);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String html(String text) {
    return TrendPicture.escaped(text);
  }
}
