package io.stranded.report;

/**
 * Makes names from the target safe to show: no control characters, which would reach a terminal,
 * and none that turn the direction of the text around them, which would hide what it says.
 */
public final class Printable {
  private Printable() {}

  /** The text with a question mark for each character that must not be shown. */
  public static String of(String text) {
    return text.codePoints()
        .map(c -> isPrintable(c) ? c : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  static boolean isPrintable(int c) {
    boolean turnsDirection =
        c == 0x61C
            || (c >= 0x200E && c <= 0x200F)
            || (c >= 0x202A && c <= 0x202E)
            || (c >= 0x2066 && c <= 0x2069);
    return !turnsDirection
        && !Character.isISOControl(c)
        && Character.getType(c) != Character.SURROGATE;
  }
}
