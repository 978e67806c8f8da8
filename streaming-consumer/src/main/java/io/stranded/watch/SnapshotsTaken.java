package io.stranded.watch;

import io.stranded.snapshot.SnapshotFigures;
import java.time.Duration;

/** The snapshots that were taken of one target. Safe for use by several threads. */
final class SnapshotsTaken {
  /** The target runs so many times longer than it stands still. */
  private static final int RUNS = 50;

  /** Between two of them passes so many times what the last one took in the background. */
  private static final int RESTS = 10;

  static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

  private int count;
  private Duration stopped = Duration.ZERO;
  private Duration last = Duration.ZERO;
  private Duration lastDuration = Duration.ZERO;
  private Duration longest = Duration.ZERO;
  private long dueNanos = System.nanoTime();

  /** Counts one that was taken; the dearer it was, the later comes the next. */
  synchronized void taken(SnapshotFigures figures, Duration interval) {
    count++;
    last = figures.pause();
    stopped = stopped.plus(last);
    lastDuration = last.plus(figures.marking());
    longest = longest.compareTo(last) < 0 ? last : longest;
    dueNanos = System.nanoTime() + interval(figures, interval).toNanos();
  }

  /** How long after such a snapshot there is to be none. */
  static Duration interval(SnapshotFigures figures, Duration least) {
    Duration rest = figures.pause().multipliedBy(RUNS);
    Duration other = figures.marking().multipliedBy(RESTS);
    rest = rest.compareTo(other) < 0 ? other : rest;
    rest = rest.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : rest;
    return rest.compareTo(least) < 0 ? least : rest;
  }

  /** Whether there may be another one by now. */
  synchronized boolean isDue() {
    return System.nanoTime() - dueNanos >= 0;
  }

  /** The time until then. */
  synchronized Duration left() {
    return Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime()));
  }

  synchronized int count() {
    return count;
  }

  /** How long the last one took, in the background too. */
  synchronized Duration lastDuration() {
    return lastDuration;
  }

  /** How long the target stood still for all of them. */
  synchronized Duration stopped() {
    return stopped;
  }

  /** How long the target stood still for the last one. */
  synchronized Duration lastPause() {
    return last;
  }

  /** How long it stood still for one at most. */
  synchronized Duration longestPause() {
    return longest;
  }
}
