package io.stranded.report;

import io.stranded.finding.Finding;
import io.stranded.internal.stack.Frames;
import java.util.List;

/**
 * A stack frame taken apart.
 *
 * @param method class and method, {@code java.lang.Thread.join}
 * @param file source file; empty if unknown
 * @param line line in it, from 1; 0 if unknown
 */
record FrameParts(String method, String file, int line) {
  static final FrameParts NO_STACK = new FrameParts("[no stack]", "", 0);

  /** Takes apart {@code class.method(File.java:line)}; what is missing stays unknown. */
  static FrameParts of(String frame) {
    String method = Frames.method(frame);
    if (!frame.endsWith(")") || method.length() == frame.length()) {
      return new FrameParts(method, "", 0);
    }
    String place = frame.substring(method.length() + 1, frame.length() - 1);
    int colon = place.lastIndexOf(':');
    int line = colon < 0 ? 0 : number(place, colon + 1);
    String file = line > 0 ? place.substring(0, colon) : place;
    // "Native Method", "Unknown Source"
    return new FrameParts(method, file.indexOf(' ') < 0 ? file : "", line);
  }

  /**
   * The frames of a finding as people know them, innermost first, without those of hidden classes;
   * never empty.
   */
  static List<FrameParts> stack(Finding finding) {
    List<FrameParts> frames =
        finding.stack().stream()
            .filter(frame -> !Frames.isHidden(frame))
            .map(FrameParts::of)
            .toList();
    return frames.isEmpty() ? List.of(NO_STACK) : frames;
  }

  private static int number(String text, int from) {
    try {
      return Integer.parseUnsignedInt(text, from, text.length(), 10);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
