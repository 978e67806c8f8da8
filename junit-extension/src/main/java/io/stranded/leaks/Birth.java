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
  private final boolean opening;

  Birth(LeakScope scope, List<StackFrame> frames) {
    this(scope, frames, /* opening= */ false);
  }

  private Birth(LeakScope scope, List<StackFrame> frames, boolean opening) {
    this.scope = scope;
    this.frames = frames;
    this.opening = opening;
  }

  /** That of the thread that opens a scope; threads that it creates are children of it. */
  static Birth opening(LeakScope scope) {
    return new Birth(scope, List.of(), /* opening= */ true);
  }

  /** The stack on which the current thread makes or starts another one, innermost frame first. */
  static List<StackFrame> stackHere(boolean deep) {
    return WALKER.walk(
        stack ->
            stack
                .dropWhile(frame -> !isOfThreads(frame.getClassName()))
                .dropWhile(frame -> frame.getClassName().startsWith("java.lang.ThreadLocal"))
                .limit(deep ? DEEPEST : DEEP_ENOUGH_FOR_KIND)
                .toList());
  }

  private static boolean isOfThreads(String type) {
    return type.startsWith("java.lang.Thread") || type.equals("java.lang.VirtualThread");
  }

  /** The scope that it was born in. */
  LeakScope scope() {
    return scope;
  }

  /** Whether it is that of a thread which has opened the scope itself. */
  boolean isOpening() {
    return opening;
  }

  /** The same in another scope. */
  Birth in(LeakScope other) {
    return new Birth(other, frames);
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

  /** Whether a class of which the name begins so had to do with it. */
  boolean isMadeBy(String type) {
    return frames.stream().anyMatch(frame -> frame.getClassName().startsWith(type));
  }

  /** The frames of whoever created it, innermost first. */
  List<StackTraceElement> stack() {
    return frames.stream().map(StackFrame::toStackTraceElement).toList();
  }
}
