package io.stranded.leaks;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Says which threads are no leaks. Patterns are regular expressions of which some part of the text
 * has to match; {@code ^} and {@code $} ask for all of it.
 */
@FunctionalInterface
public interface ThreadFilter extends Predicate<LiveThread> {
  /** Threads by their name. */
  static ThreadFilter name(String regex) {
    return text(regex, LiveThread::name);
  }

  /** Threads by the name of their thread group. */
  static ThreadFilter group(String regex) {
    return text(regex, LiveThread::group);
  }

  /** Threads by the class that they run. */
  static ThreadFilter runnable(String regex) {
    return text(regex, LiveThread::runnable);
  }

  /** Threads by a frame anywhere on their stack, such as {@code shop\.Cart\.refresh}. */
  static ThreadFilter anyFrame(String regex) {
    return frames(regex, LiveThread::stack);
  }

  /** Threads by their innermost frame that is not the JDK's. */
  static ThreadFilter topFrame(String regex) {
    return frames(
        regex,
        thread ->
            thread.stack().stream()
                .filter(frame -> !io.stranded.internal.stack.Frames.isJdk(frame))
                .limit(1)
                .toList());
  }

  /** Threads by a frame anywhere on the stack that created them. */
  static ThreadFilter creator(String regex) {
    return frames(regex, LiveThread::createdBy);
  }

  private static ThreadFilter text(String regex, Function<LiveThread, String> text) {
    Predicate<String> pattern = Pattern.compile(regex).asPredicate();
    return thread -> pattern.test(text.apply(thread));
  }

  private static ThreadFilter frames(String regex, Function<LiveThread, List<String>> frames) {
    Predicate<String> pattern = Pattern.compile(regex).asPredicate();
    return thread -> frames.apply(thread).stream().anyMatch(pattern);
  }
}
