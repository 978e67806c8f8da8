package io.stranded.cli;

import io.stranded.internal.recording.TrendReport;
import io.stranded.report.Printable;
import java.util.List;

/** Trends as a page that needs nothing but itself: the picture, and who started the threads. */
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
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
      svg { width: 100%%; height: auto; }
      h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
      summary { cursor: pointer; overflow-wrap: anywhere; }
      pre { overflow-x: auto; margin: .3rem 0 1rem 1.2rem; }
      li { overflow-wrap: anywhere; }
      </style>
      </head>
      <body>
      """;

  private TrendPage() {}

  static String of(TrendReport report, int top) {
    StringBuilder page = new StringBuilder();
    page.append(HEAD.formatted(html(TrendWords.title(report))));
    page.append(TrendPicture.of(report, top));
    List<TrendReport.Group> known =
        report.groups().stream().limit(top).filter(group -> !group.creator().isEmpty()).toList();
    if (!known.isEmpty()) {
      page.append("<h2>Who started the threads</h2>\n");
    }
    for (TrendReport.Group group : known) {
      page.append("<details><summary>")
          .append(html(group.name()))
          .append("</summary><pre>")
          .append(html(String.join("\n", group.creator().stream().map(Printable::of).toList())))
          .append("</pre></details>\n");
    }
    if (!report.notes().isEmpty()) {
      page.append("<h2>Notes</h2>\n<ul>\n");
      report.notes().forEach(note -> page.append("<li>").append(html(note)).append("</li>\n"));
      page.append("</ul>\n");
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static String html(String text) {
    return TrendPicture.escaped(text);
  }
}
