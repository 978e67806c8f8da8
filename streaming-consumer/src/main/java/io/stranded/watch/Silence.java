package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.internal.source.LiveRecording;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.timeline.ThreadTimeline;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Notices when a target's events stay away, and when its clock or ours was stepped. */
final class Silence {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration STEP = Duration.ofSeconds(5);

  private final ThreadTimeline timeline;
  private final Consumer<String> log;
  private Instant told = Instant.MIN;
  private long toldNanos = System.nanoTime();
  private boolean wasMissing;
  private boolean restoreFailed;
  private Instant wall = Instant.now();
  private long nanos = System.nanoTime();

  Silence(ThreadTimeline timeline, Consumer<String> log) {
    this.timeline = timeline;
    this.log = log;
  }

  /**
   * Looks, and has the recording begin anew where that helps.
   *
   * @throws TargetLostException if the target answers but tells nothing for long
   */
  void check(LiveRecording recording) throws IOException {
    checkClock(recording);
    // A target that is about to end deletes it too, but then does not answer at the next look.
    boolean missing = recording.isRepositoryMissing();
    if (missing && wasMissing) {
      restore(recording);
    }
    wasMissing = missing;
    Instant latest = timeline.toldUntil();
    long now = System.nanoTime();
    if (!latest.equals(told)) {
      told = latest;
      toldNanos = now;
    } else if (now - toldNanos > LONG.toNanos()) {
      throw new TargetLostException(
          "no events of " + recording.target() + " for " + LONG.toSeconds() + " s");
    }
  }

  private void restore(LiveRecording recording) throws IOException {
    String deleted = "the recording of " + recording.target() + " was deleted";
    try {
      recording.restoreRepository();
    } catch (FileSystemException e) {
      if (!restoreFailed) {
        log.accept(deleted + " and cannot be made anew: " + FailureLine.of(e));
        restoreFailed = true;
      }
      return;
    }
    log.accept(deleted + ": its directory is made anew");
    recording.askAgain();
  }

  /** Events bear the times of the chunk's clock, which a new chunk sets right. */
  private void checkClock(LiveRecording recording) throws IOException {
    Instant wallNow = Instant.now();
    long nanosNow = System.nanoTime();
    Duration step = Duration.between(wall, wallNow).minusNanos(nanosNow - nanos);
    wall = wallNow;
    nanos = nanosNow;
    if (step.abs().compareTo(STEP) > 0) {
      log.accept(
          "the clock was stepped by " + step.toSeconds() + " s: ages of waits may be off by that");
      timeline.forgetTime();
      recording.askAgain();
    }
  }
}
