package io.stranded.watch;

import io.stranded.internal.source.ThreadEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What heap dumps cost the target, as its own recording tells. Safe for use by several threads. */
final class Pauses {
  private Instant lastAt = Instant.MIN;
  private Duration last = Duration.ZERO;

  /** Takes in what has happened. */
  synchronized void accept(ThreadEvent event) {
    if (event instanceof ThreadEvent.Dumped dumped) {
      lastAt = dumped.at();
      last = dumped.pause();
    }
  }

  /** The last pause, if it ended after the given time. */
  synchronized Optional<Duration> lastAfter(Instant time) {
    return lastAt.isBefore(time) ? Optional.empty() : Optional.of(last);
  }
}
