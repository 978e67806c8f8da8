package io.stranded.watch;

import java.time.Duration;
import java.util.function.Consumer;

/** Says once, of each look that has to wait for its time, when that comes and why. */
final class NextLook {
  /** Who has to wait no longer need not be told. */
  private static final Duration WORTH_A_LINE = Duration.ofSeconds(10);

  private final Consumer<String> log;
  private boolean told;

  /**
   * Nothing was said yet.
   *
   * @param log hears one line for each look that has to wait
   */
  NextLook(Consumer<String> log) {
    this.log = log;
  }

  /**
   * Somebody waits for it.
   *
   * @param look what it is and of which JVM, such as {@code heap dump of 4711}
   * @param threads how many threads wait for it
   * @param left the time until it is due
   * @param why what it has to wait for
   */
  void waits(String look, long threads, Duration left, String why) {
    if (told || left.compareTo(WORTH_A_LINE) < 0) {
      return;
    }
    told = true;
    log.accept(
        "the next "
            + look
            + " is due in "
            + (left.toMillis() + 999) / 1000
            + " s: "
            + threads
            + (threads == 1 ? " thread is" : " threads are")
            + " to be judged by it, and "
            + why);
  }

  /** It comes. */
  void comes() {
    told = false;
  }
}
