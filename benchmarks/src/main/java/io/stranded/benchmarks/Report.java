package io.stranded.benchmarks;

import java.util.List;
import java.util.Locale;

/** Results as a table in Markdown. */
final class Report {
  private static final double GIGABYTE = 1 << 30;

  private Report() {}

  static String table(List<Result> results) {
    StringBuilder table = new StringBuilder();
    table.append(
        """
        | dump | objects | reader | CPU s | to ours | wall s | RSS GB | of it anonymous | ns per object | marked |
        |---|--:|---|--:|--:|--:|--:|--:|--:|--:|
        """);
    for (Result result : results) {
      double ours =
          results.stream()
              .filter(other -> other.shape() == result.shape())
              .filter(other -> other.megabytes() == result.megabytes())
              .filter(other -> other.reader() == Reader.STRANDED)
              .findFirst()
              .map(Result::cpuSeconds)
              .orElse(Double.NaN);
      table.append(row(result, ours));
    }
    return table.toString();
  }

  private static String row(Result result, double ours) {
    return String.format(
        Locale.ROOT,
        "| %s %s | %,d | %s | %.2f | %.1f | %.2f | %.2f | %.2f | %.0f | %s |%n",
        gigabytes(result.gigabytes()),
        result.shape(),
        result.objects(),
        result.reader(),
        result.cpuSeconds(),
        result.cpuSeconds() / ours,
        result.wallSeconds(),
        result.peakRss() / GIGABYTE,
        result.peakAnonymous() / GIGABYTE,
        result.cpuSeconds() * 1e9 / result.objects(),
        result.marked().map(count -> String.format(Locale.ROOT, "%,d", count)).orElse(""));
  }

  /** A size as people say it. */
  static String gigabytes(double gigabytes) {
    return String.format(Locale.ROOT, gigabytes % 1 == 0 ? "%.0f GB" : "%.1f GB", gigabytes);
  }
}
