package io.stranded.watch;

import java.time.Duration;

/** When a target has last answered. Safe for use by several threads. */
final class Attention {
  private volatile long answeredNanos = System.nanoTime();

  /** It has just answered. */
  void answered() {
    answeredNanos = System.nanoTime();
  }

  /** It may have something else to do for so long. */
  void busyFor(Duration time) {
    answeredNanos = System.nanoTime() + time.toNanos();
  }

  /** How long it has not answered; nothing while it may be busy. */
  Duration sinceAnswer() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - answeredNanos));
  }
}
