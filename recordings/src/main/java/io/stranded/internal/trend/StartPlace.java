package io.stranded.internal.trend;

import io.stranded.internal.stack.Frames;
import java.util.List;

/**
 * A place of the application that starts threads; those that it has started are counted together.
 *
 * <p>It is the innermost frames of the application on the creator's stack; where that has none it
 * is the thread's name without its numbers.
 *
 * @param key the same for all places that differ in line numbers and made-up names only, and these
 *     are equal
 * @param name for people
 */
public record StartPlace(String key, String name) {
  /** Of one place there may be several ways in; more frames than these rarely tell more. */
  private static final int FRAMES = 3;

  /** Many applications start all their threads in one method: its caller tells them apart. */
  private static final int NAMED_FRAMES = 2;

  /**
   * The place that started a thread.
   *
   * @param creator frames that started it, innermost first; may be empty
   */
  public static StartPlace of(List<String> creator, String threadName) {
    List<String> own =
        creator.stream().filter(frame -> !Frames.isJdk(frame)).limit(FRAMES).toList();
    if (own.isEmpty()) {
      String unnumbered = unnumbered(threadName);
      return new StartPlace(unnumbered, unnumbered);
    }
    return new StartPlace(
        String.join("\n", own.stream().map(Frames::normalised).toList()),
        String.join(" from ", own.stream().limit(NAMED_FRAMES).toList()));
  }

  /** Whether the stack alone tells the place, whatever the thread is called. */
  public static boolean isToldBy(List<String> creator) {
    return creator.stream().anyMatch(frame -> !Frames.isJdk(frame));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StartPlace place && place.key.equals(key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  private static String unnumbered(String name) {
    String pattern = name.replaceAll("\\d+", "#");
    return pattern.isEmpty() ? "threads without a name" : "threads named \"" + pattern + '"';
  }
}
