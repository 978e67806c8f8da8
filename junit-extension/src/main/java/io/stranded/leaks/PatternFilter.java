package io.stranded.leaks;

import io.stranded.internal.stack.Frames;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

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

  /** What of a thread the expression is about: any of these texts. */
  enum Part {
    NAME(thread -> List.of(thread.name())),
    GROUP(thread -> List.of(thread.group())),
    RUNNABLE(thread -> List.of(thread.runnable())),
    FRAMES(LiveThread::stack),
    TOP_FRAME(
        thread -> thread.stack().stream().filter(frame -> !Frames.isJdk(frame)).limit(1).toList()),
    CREATOR(LiveThread::createdBy);

    private final Function<LiveThread, List<String>> texts;

    Part(Function<LiveThread, List<String>> texts) {
      this.texts = texts;
    }
  }

  @Override
  public boolean test(LiveThread thread) {
    return part.texts.apply(thread).stream().anyMatch(pattern);
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
