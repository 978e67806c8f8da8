package io.stranded.watch;

import java.time.Duration;
import java.time.Instant;

/** The heap dumps that one target was made to write. Safe for use by several threads. */
final class DumpsTaken {
  private int count;
  private Instant lastAt = Instant.EPOCH;
  private long dueNanos = System.nanoTime();
  private Duration paused = Duration.ZERO;

  /** Goes on counting. */
  synchronized void restore(int countSoFar, Instant last) {
    count = countSoFar;
    lastAt = last;
  }

  /** Keeps the interval to a dump that an earlier run has taken. */
  synchronized void waitAfterLast(Duration interval) {
    Duration left = Duration.between(Instant.now(), lastAt.plus(interval));
    Duration bounded = left.compareTo(interval) > 0 ? interval : left;
    dueNanos = System.nanoTime() + bounded.toNanos();
  }

  /** Counts one that is about to be taken, whether it comes to an end or not. */
  synchronized void began() {
    count++;
  }

  /** Begins the interval to the next one. */
  synchronized void ended(Duration interval) {
    lastAt = Instant.now();
    dueNanos = System.nanoTime() + interval.toNanos();
  }

  /** Adds the pause that the last one made. */
  synchronized void paused(Duration pause) {
    paused = paused.plus(pause);
  }

  /** Whether the interval since the last one is over, by a clock that nobody steps. */
  synchronized boolean isDue() {
    return System.nanoTime() - dueNanos >= 0;
  }

  /** The time until it is over. */
  synchronized Duration left() {
    return Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime()));
  }

  synchronized int count() {
    return count;
  }

  synchronized Instant lastAt() {
    return lastAt;
  }

  /** How long the target stood still for them. */
  synchronized Duration paused() {
    return paused;
  }
}
