package io.stranded.internal.stack;

import java.util.ArrayList;
import java.util.List;

/**
 * A stack with runs of frames of the JDK and of frameworks folded down to the one that the
 * application called.
 *
 * @param lines what is shown, innermost first
 * @param outside frames of others that called the outermost line
 */
public record StackFold(List<Line> lines, List<String> outside) {
  /** So many frames of a stack in which the application has none. */
  private static final int WITHOUT_APPLICATION = 4;

  /**
   * A frame that is shown.
   *
   * @param frame the frame
   * @param inside frames of others that it called and that are not shown, innermost first
   */
  public record Line(String frame, List<String> inside) {
    /** For people: the frame, and how many are not shown. */
    public String text() {
      return inside.isEmpty() ? frame : frame + "  (" + inside.size() + " inside)";
    }
  }

  /**
   * Folds a stack, innermost first. Of one that is the JDK's alone, as a pool worker's, the call of
   * the synchronizer is shown, and all of it if there is none; of one that is a framework's, the
   * first calls.
   */
  public static StackFold of(List<String> recorded) {
    List<String> stack = recorded.stream().filter(frame -> !Frames.isHidden(frame)).toList();
    if (stack.stream().allMatch(Frameworks::folds) && !stack.stream().allMatch(Frames::isJdk)) {
      return begin(stack, folded(stack, /* frameworks= */ false));
    }
    return folded(stack, /* frameworks= */ true);
  }

  private static StackFold begin(List<String> stack, StackFold whole) {
    if (whole.lines.size() <= WITHOUT_APPLICATION) {
      return whole;
    }
    List<Line> lines = whole.lines.subList(0, WITHOUT_APPLICATION);
    int shown = lines.stream().mapToInt(line -> 1 + line.inside().size()).sum();
    return new StackFold(lines, stack.subList(shown, stack.size()));
  }

  private static StackFold folded(List<String> stack, boolean frameworks) {
    List<Line> lines = new ArrayList<>();
    int i = 0;
    while (i < stack.size()) {
      int end = i;
      // What the thread waits in is shown even if a framework called it.
      boolean all = frameworks && !lines.isEmpty();
      while (end < stack.size()
          && (all ? Frameworks.folds(stack.get(end)) : Frames.isJdk(stack.get(end)))) {
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
