package io.stranded.leaks;

import io.stranded.internal.stack.Frames;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A filter by a regular expression; equal to others that say the same, as each test repeats them.
 */
final class PatternFilter implements ThreadFilter {
  private final Part part;
  private final String regex;
  private final Predicate<String> pattern;

  PatternFilter(Part part, String regex) {
    this.part = part;
    this.regex = regex;
    this.pattern = Pattern.compile(regex).asPredicate();
  }

  /** What of a thread the expression is about. */
  enum Part {
    NAME,
    GROUP,
    RUNNABLE,
    FRAMES,
    TOP_FRAME,
    CREATOR
  }

  @Override
  public boolean test(LiveThread thread) {
    return texts(thread).anyMatch(pattern);
  }

  private Stream<String> texts(LiveThread thread) {
    return switch (part) {
      case NAME -> Stream.of(thread.name());
      case GROUP -> Stream.of(thread.group());
      case RUNNABLE -> Stream.of(thread.runnable());
      case FRAMES -> thread.stack().stream();
      case TOP_FRAME -> thread.stack().stream().filter(frame -> !Frames.isJdk(frame)).limit(1);
      case CREATOR -> thread.createdBy().stream();
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PatternFilter filter
        && filter.part == part
        && filter.regex.equals(regex);
  }

  @Override
  public int hashCode() {
    return 31 * part.hashCode() + regex.hashCode();
  }
}
