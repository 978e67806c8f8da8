package io.stranded.finding;

import java.time.Instant;

/**
 * Where a finding stands in the time for which its JVM is watched.
 *
 * @param stage what made this report of it
 * @param firstSeen when it was first reported
 * @param lastSeen when its threads were last known to wait
 */
public record Life(Stage stage, Instant firstSeen, Instant lastSeen) {
  /** What can become of a finding; each is reported once. */
  public enum Stage {
    /** It is new. */
    OPENED,
    /**
     * A heap dump shows more threads; or, where none is taken, more threads wait at the same place,
     * which are no part of it before one has judged them: its evidence says how many.
     */
    GROWN,
    /** Some of its threads wait no more. */
    SHRUNK,
    /**
     * A later look has shown it again, has proved what was suspected, or has shown who holds it.
     */
    CONFIRMED,
    /** None of its threads waits any more. */
    RESOLVED
  }
}
