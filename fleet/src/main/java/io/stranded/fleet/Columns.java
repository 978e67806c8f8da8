package io.stranded.fleet;

import java.util.ArrayList;
import java.util.List;

/** Lays out a table whose last column is the longest, for a terminal of some width. */
final class Columns {
  private static final String GAP = "  ";

  /** The last column is given up less gladly than others. */
  private static final int LAST_COLUMN = 40;

  private Columns() {}

  /**
   * Lines of a table.
   *
   * @param rows the first of them are the names of the columns
   * @param numbers so many columns are numbers, which stand to the right
   * @param less columns that may be left out, the first of them first
   * @param width what the last column leaves room for, if any others can be left out
   */
  static List<String> fitting(List<List<String>> rows, int numbers, List<String> less, int width) {
    List<Integer> shown = new ArrayList<>();
    int last = rows.get(0).size() - 1;
    for (int i = 0; i <= last; i++) {
      shown.add(i);
    }
    for (String name : less) {
      if (width(rows, shown.subList(0, shown.size() - 1)) + lastWidth(rows, last) > width) {
        shown.remove(Integer.valueOf(rows.get(0).indexOf(name)));
      }
    }
    return rows.stream().map(row -> line(rows, row, shown, numbers)).toList();
  }

  /** A line that fits. */
  static String cut(String line, int width) {
    return line.length() <= width ? line : line.substring(0, Math.max(0, width - 1)) + "…";
  }

  private static int lastWidth(List<List<String>> rows, int last) {
    return Math.min(LAST_COLUMN, width(rows, last));
  }

  private static int width(List<List<String>> rows, List<Integer> columns) {
    return columns.stream().mapToInt(column -> width(rows, column) + GAP.length()).sum();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static String line(
      List<List<String>> rows, List<String> row, List<Integer> shown, int numbers) {
    StringBuilder line = new StringBuilder();
    for (int column : shown) {
      String cell = row.get(column);
      String padding = " ".repeat(width(rows, column) - cell.length());
      line.append(column < numbers ? padding + cell : cell + padding).append(GAP);
    }
    return line.toString().stripTrailing();
  }
}
