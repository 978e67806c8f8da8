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

  private static final String COLOUR = "\u001b\\[[0-9;]*m";
  private static final Pattern ESCAPE = Pattern.compile(COLOUR);

  /** Blanks, and a label with two blanks behind it, if there is one. */
  private static final Pattern MARGIN =
      Pattern.compile(
          "(?: |C)*(?:[a-z]+(?: [a-z]+)?C* {2,}C*)?".replace("C", "(?:" + COLOUR + ")"));

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
    int start = margin.lookingAt() ? margin.end() : 0;
    StringBuilder out = new StringBuilder(line.substring(0, start));
    int column = visible(line.substring(0, start));
    int indent = Math.min(column == 0 ? 2 : column, width / 2);
    String blanks = "";
    for (String word : line.substring(start).split(" ", -1)) {
      int length = visible(word);
      if (!blanks.isEmpty() && length > 0 && column + blanks.length() + length > width) {
        out.append('\n').append(" ".repeat(indent)).append(word);
        column = indent + length;
        blanks = " ";
      } else if (length == 0) {
        out.append(word);
        blanks += " ";
      } else {
        out.append(blanks).append(word);
        column += blanks.length() + length;
        blanks = " ";
      }
    }
    return out.toString();
  }

  private static int visible(String text) {
    return text.indexOf('\u001b') < 0
        ? text.length()
        : ESCAPE.matcher(text).replaceAll("").length();
  }
}
