package io.stranded.internal.terminal;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a report is shown on.
 *
 * @param coloured whether it has colours
 * @param columns its width; empty for what is no terminal, and has no end of a line
 */
public record Screen(boolean coloured, OptionalInt columns) {
  /** A file, or another program. */
  public static final Screen NONE = new Screen(false, OptionalInt.empty());

  /** Less is no room for words. */
  private static final int FEWEST = 40;

  private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*m");

  /** Blanks, and a label with two blanks behind it, if there is one. */
  private static final Pattern MARGIN = Pattern.compile(" *(?:[a-z]+(?: [a-z]+)? {2,})?");

  /** Standard output, as it is now. */
  public static Screen ofStandardOutput() {
    return Terminal.isStandardOutput()
        ? new Screen(Terminal.hasColours(), OptionalInt.of(Terminal.width()))
        : NONE;
  }

  /** Breaks lines between words, and begins what follows below the text that it belongs to. */
  public String fitted(String text) {
    if (columns.isEmpty() || columns.getAsInt() < FEWEST) {
      return text;
    }
    String fitted = text.lines().map(this::line).collect(Collectors.joining("\n"));
    return text.endsWith("\n") ? fitted + "\n" : fitted;
  }

  private String line(String line) {
    int width = columns.getAsInt();
    if (visible(line) <= width) {
      return line;
    }
    Matcher margin = MARGIN.matcher(line);
    int indent = margin.lookingAt() ? margin.end() : 0;
    indent = Math.min(indent == 0 ? 2 : indent, width / 2);
    StringBuilder out = new StringBuilder(line.substring(0, margin.end()));
    int column = margin.end();
    boolean first = true;
    for (String word : line.substring(margin.end()).split(" ", -1)) {
      int length = visible(word);
      if (!first && column + 1 + length > width) {
        out.append('\n').append(" ".repeat(indent)).append(word);
        column = indent + length;
      } else {
        out.append(first ? "" : " ").append(word);
        column += (first ? 0 : 1) + length;
      }
      first = false;
    }
    return out.toString();
  }

  private static int visible(String text) {
    return text.indexOf('\u001b') < 0
        ? text.length()
        : ESCAPE.matcher(text).replaceAll("").length();
  }
}
