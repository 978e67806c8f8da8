package io.stranded.watch;

import java.time.Duration;
import java.time.Instant;

/** The time for which a target must have been heard before the only look at it. */
final class Ripening {
  /** A target that tells nothing is looked at all the same. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final Duration time;
  private final long started = System.nanoTime();
  private Instant firstTold = Instant.MAX;

  Ripening(Duration time) {
    this.time = time;
  }

  /**
   * Whether it is over.
   *
   * @param toldUntil what was heard of the target so far; {@link Instant#MIN} if nothing was
   */
  boolean isOver(Instant toldUntil) {
    if (toldUntil.isAfter(Instant.MIN) && firstTold.equals(Instant.MAX)) {
      firstTold = toldUntil;
    }
    boolean heard = !firstTold.equals(Instant.MAX) && !toldUntil.isBefore(firstTold.plus(time));
    return heard || System.nanoTime() - started > time.plus(GRACE).toNanos();
  }
}
