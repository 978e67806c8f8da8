package io.stranded.finding;

import java.time.Instant;

/**
 * Where a finding stands in the time for which its JVM is watched.
 *
 * @param stage what made this report of it
 * @param firstSeen when it was first reported
 * @param lastSeen when its threads were last known to wait
 * @param further threads that events show in the same wait at the same place, and no heap dump yet
 */
public record Life(Stage stage, Instant firstSeen, Instant lastSeen, long further) {
  /** What can become of a finding; each is reported once. */
  public enum Stage {
    /** It is new. */
    OPENED,
    /** It has more threads. */
    GROWN,
    /** A later heap dump has shown it again, or has proved what was suspected. */
    CONFIRMED,
    /** None of its threads waits any more. */
    RESOLVED
  }
}
