package io.stranded.leaks;

/**
 * Finds threads that were left behind: the front door for {@code main} methods and for test
 * frameworks that have no extension of ours.
 *
 * <pre>{@code
 * LeakOptions before = LeakOptions.ignoreCurrent();
 * …
 * ThreadLeaks.verifyNone(before);
 * }</pre>
 *
 * <p>The current thread, those of the JDK and those of the tool that runs the tests are no leaks.
 * Who created a thread is known of those that were started in a {@link LeakScope}.
 */
public final class ThreadLeaks {
  private ThreadLeaks() {}

  /** The threads that are alive when they have had time to end. */
  public static LeakReport find() {
    return find(LeakOptions.none());
  }

  /** The threads that these options call leaks. */
  public static LeakReport find(LeakOptions options) {
    return LeakScope.ofAll().check(options, /* all= */ true);
  }

  /**
   * Makes sure that there are none.
   *
   * @throws ThreadLeakError with the threads that there are
   */
  public static void verifyNone() {
    verifyNone(LeakOptions.none());
  }

  /**
   * Makes sure that there are none that these options call leaks, or does what they say about them.
   *
   * @throws ThreadLeakError with the threads that there are
   */
  public static void verifyNone(LeakOptions options) {
    Consequences.apply(find(options), options);
  }
}
