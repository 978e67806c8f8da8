package io.stranded.report;

import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.WaitSite;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack with runs of JDK frames folded down to the one that the application called.
 *
 * @param lines what is shown, innermost first
 * @param outside frames of the JDK that called the outermost line
 */
record StackFold(List<Line> lines, List<String> outside) {
  /**
   * A frame that is shown.
   *
   * @param frame the frame
   * @param inside frames of the JDK that it called and that are not shown, innermost first
   */
  record Line(String frame, List<String> inside) {}

  /**
   * Folds a stack, innermost first. Of one that is the JDK's alone, as a pool worker's, the call of
   * the synchronizer is shown, and all of it if there is none.
   */
  static StackFold of(List<String> recorded) {
    List<String> stack = recorded.stream().filter(frame -> !Frames.isHidden(frame)).toList();
    List<Line> lines = new ArrayList<>();
    int i = 0;
    while (i < stack.size()) {
      int end = i;
      while (end < stack.size() && Frames.isJdk(stack.get(end))) {
        end++;
      }
      if (end == stack.size() && i > 0) {
        break;
      }
      if (end == stack.size() && WaitSite.of("", stack).depth() < 0) {
        return new StackFold(stack.stream().map(f -> new Line(f, List.of())).toList(), List.of());
      }
      int shown = end == i ? i : end == stack.size() ? WaitSite.of("", stack).depth() : end - 1;
      lines.add(new Line(stack.get(shown), stack.subList(i, shown)));
      i = shown + 1;
      if (end == stack.size()) {
        break;
      }
    }
    return new StackFold(List.copyOf(lines), stack.subList(i, stack.size()));
  }
}
