package io.stranded.internal.timeline;

import java.time.Duration;
import java.time.Instant;

/**
 * How long threads may wait before they are suspects. A group that grows gets less of it: when most
 * of its long waits began in the last half of the time, it is suspect after a quarter.
 *
 * @param minAge the time for a group that does not grow
 */
public record Patience(Duration minAge) {
  private static final int GROWING = 16;

  /** The least time that makes any thread a suspect. */
  public Duration least() {
    return minAge.dividedBy(4);
  }

  /** How many of the waits, longest first, make their group suspect: all of these or none. */
  int suspects(Iterable<OpenWait> longestFirst, Instant now) {
    int old = 0;
    int middle = 0;
    int young = 0;
    for (OpenWait wait : longestFirst) {
      Duration age = Duration.between(wait.since(), now);
      if (age.compareTo(minAge) >= 0) {
        old++;
      }
      if (age.compareTo(minAge.dividedBy(2)) >= 0) {
        middle++;
      }
      if (age.compareTo(least()) < 0) {
        break;
      }
      young++;
    }
    return young >= GROWING && young >= 2 * middle ? young : old;
  }
}
