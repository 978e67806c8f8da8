package io.stranded.leaks;

import java.lang.StackWalker.StackFrame;
import java.util.List;

/**
 * Where a thread comes from: the scope of whoever created it, and the stack of that moment. Nothing
 * but the thread itself holds it.
 */
final class Birth {
  private static final int DEEPEST = 48;
  private static final int DEEP_ENOUGH_FOR_KIND = 10;
  private static final StackWalker WALKER = StackWalker.getInstance();

  private final LeakScope scope;
  private final List<StackFrame> frames;

  private Birth(LeakScope scope, List<StackFrame> frames) {
    this.scope = scope;
    this.frames = frames;
  }

  /** That of the thread that opens a scope; threads that it creates are children of it. */
  static Birth opening(LeakScope scope) {
    return new Birth(scope, List.of());
  }

  /** That of a thread which is just being constructed by the current one. */
  static Birth of(LeakScope scope, boolean deep) {
    List<StackFrame> frames =
        WALKER.walk(
            stack ->
                stack
                    .dropWhile(frame -> !frame.getClassName().startsWith("java.lang.Thread"))
                    .dropWhile(frame -> frame.getClassName().startsWith("java.lang.ThreadLocal"))
                    .limit(deep ? DEEPEST : DEEP_ENOUGH_FOR_KIND)
                    .toList());
    return new Birth(scope, frames);
  }

  /** The scope that it was born in. */
  LeakScope scope() {
    return scope;
  }

  /** The same without its stack, of which there are enough. */
  Birth withoutStack() {
    return new Birth(scope, List.of());
  }

  /** Whether it is the birth of a virtual thread. */
  boolean isVirtual() {
    return frames.stream()
        .limit(DEEP_ENOUGH_FOR_KIND)
        .map(StackFrame::getClassName)
        .anyMatch(
            type ->
                type.equals("java.lang.VirtualThread")
                    || type.startsWith("java.lang.ThreadBuilders$Virtual"));
  }

  /** The frames of whoever created it, innermost first. */
  List<StackTraceElement> stack() {
    return frames.stream().map(StackFrame::toStackTraceElement).toList();
  }
}
