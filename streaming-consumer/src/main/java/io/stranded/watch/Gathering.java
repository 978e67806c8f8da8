package io.stranded.watch;

import java.time.Duration;
import java.util.Set;

/**
 * Has a look wait a little for threads that will soon have waited for too long, so that one look
 * judges them all. Where ever more are about to, it does not wait for the last of them.
 */
final class Gathering {
  private static final Duration FARTHEST = Duration.ofSeconds(5);

  private final Duration ahead;
  private boolean waits;
  private long sinceNanos;

  /**
   * Nothing is waited for.
   *
   * @param minAge the time after which a thread has waited for too long
   */
  Gathering(Duration minAge) {
    Duration half = minAge.dividedBy(2);
    this.ahead = half.compareTo(FARTHEST) < 0 ? half : FARTHEST;
  }

  /** Those who have waited for too long in such a time are worth waiting for. */
  Duration ahead() {
    return ahead;
  }

  /**
   * Whether the look that is called for is to be taken now.
   *
   * @param ripe threads that have waited for too long by now
   * @param soon those that will have by the time that is looked ahead
   * @param nanos the time, by {@link System#nanoTime}
   */
  boolean isOver(Set<Long> ripe, Set<Long> soon, long nanos) {
    if (!waits) {
      waits = true;
      sinceNanos = nanos;
    }
    boolean over = ripe.containsAll(soon) || nanos - sinceNanos >= ahead.multipliedBy(2).toNanos();
    waits = !over;
    return over;
  }
}
