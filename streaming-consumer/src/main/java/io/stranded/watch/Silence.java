package io.stranded.watch;

import io.stranded.source.LiveRecording;
import io.stranded.source.TargetLostException;
import io.stranded.timeline.ThreadTimeline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Notices when a target's events stay away, and when its clock or ours was stepped. */
final class Silence {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofSeconds(5);

  private final ThreadTimeline timeline;
  private final Consumer<String> log;
  private Instant told = Instant.MIN;
  private long toldNanos = System.nanoTime();
  private boolean silent;
  private Instant wall = Instant.now();
  private long nanos = System.nanoTime();

  Silence(ThreadTimeline timeline, Consumer<String> log) {
    this.timeline = timeline;
    this.log = log;
  }

  /** Looks, and has the recording begin anew where that helps. */
  void check(LiveRecording recording) throws IOException {
    checkClock(recording);
    Instant latest = timeline.toldUntil();
    long now = System.nanoTime();
    if (!latest.equals(told)) {
      told = latest;
      toldNanos = now;
      if (silent) {
        silent = false;
        log.accept("events of " + recording.target() + " arrive again");
      }
    } else if (!silent && now - toldNanos > LONG.toNanos()) {
      silent = true;
      boolean deleted = recording.restoreRepository();
      log.accept(
          "no events of "
              + recording.target()
              + " for "
              + LONG.toSeconds()
              + " s"
              + (deleted ? ": its recording was deleted" : ""));
      if (deleted) {
        throw new TargetLostException("recording of " + recording.target() + " has to begin anew");
      }
    }
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
