package io.stranded.internal.trend;

import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Frameworks;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

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
  private static final Set<String> POOLS =
      Set.of(
          "java.util.concurrent.ThreadPoolExecutor.addWorker",
          "java.util.concurrent.ForkJoinPool.createWorker");
  private static final Pattern NUMBER = Pattern.compile("\\d");
  private static final Pattern DEFAULT_NAME = Pattern.compile("(pool-\\d+-thread|Thread)-\\d+");

  /** What workers that are renamed have behind their names: what they do. */
  private static final Pattern TASK = Pattern.compile("(?<=\\d)(\\s|:|\\[|/).*$");

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
    if (isOfPool(creator) && isNumbered(threadName)) {
      String workers = unnumbered(threadName);
      return new StartPlace(workers, workers);
    }
    List<String> own = Frameworks.own(creator).stream().limit(FRAMES).toList();
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
    return !isOfPool(creator) && creator.stream().anyMatch(frame -> !Frames.isJdk(frame));
  }

  /** A pool that warms up has its workers started by whoever gives it a task. */
  private static boolean isOfPool(List<String> creator) {
    return creator.stream().map(Frames::method).anyMatch(POOLS::contains);
  }

  /** Of pools that nobody named each has a number of its own, and the callers tell them apart. */
  private static boolean isNumbered(String name) {
    return NUMBER.matcher(name).find() && !DEFAULT_NAME.matcher(name).matches();
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
    String pattern = TASK.matcher(name).replaceFirst("").replaceAll("\\d+", "#");
    return pattern.isEmpty() ? "threads without a name" : "threads named \"" + pattern + '"';
  }
}
