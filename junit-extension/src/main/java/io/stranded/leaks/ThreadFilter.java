package io.stranded.leaks;

import java.util.function.Predicate;

/**
 * Says which threads are no leaks. Patterns are regular expressions of which some part of the text
 * has to match; {@code ^} and {@code $} ask for all of it.
 */
@FunctionalInterface
public interface ThreadFilter extends Predicate<LiveThread> {
  /** Threads by their name. */
  static ThreadFilter name(String regex) {
    return new PatternFilter(PatternFilter.Part.NAME, regex);
  }

  /** Threads by the name of their thread group. */
  static ThreadFilter group(String regex) {
    return new PatternFilter(PatternFilter.Part.GROUP, regex);
  }

  /** Threads by the class that they run. */
  static ThreadFilter runnable(String regex) {
    return new PatternFilter(PatternFilter.Part.RUNNABLE, regex);
  }

  /** Threads by a frame anywhere on their stack, such as {@code shop\.Cart\.refresh}. */
  static ThreadFilter anyFrame(String regex) {
    return new PatternFilter(PatternFilter.Part.FRAMES, regex);
  }

  /** Threads by their innermost frame that is not the JDK's. */
  static ThreadFilter topFrame(String regex) {
    return new PatternFilter(PatternFilter.Part.TOP_FRAME, regex);
  }

  /** Threads by a frame anywhere on the stack that created them. */
  static ThreadFilter creator(String regex) {
    return new PatternFilter(PatternFilter.Part.CREATOR, regex);
  }
}
