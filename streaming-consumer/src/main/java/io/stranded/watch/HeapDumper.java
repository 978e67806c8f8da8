package io.stranded.watch;

import io.stranded.source.TargetJvm;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Takes heap dumps of one target. */
final class HeapDumper {
  /**
   * A dump that was taken.
   *
   * @param startedAt when it was ordered
   * @param finishedAt when it was there
   */
  record Taken(Instant startedAt, Instant finishedAt) {
    /** How long that took, the target's pause and all else. */
    Duration duration() {
      return Duration.between(startedAt, finishedAt);
    }
  }

  private final TargetJvm target;

  HeapDumper(TargetJvm target) {
    this.target = target;
  }

  /**
   * Has the target write a dump of everything, without a GC.
   *
   * @throws IOException if it cannot; one line
   */
  Taken take(DumpFile dump) throws IOException {
    Instant startedAt = Instant.now();
    long start = System.nanoTime();
    target.dumpHeap(target.files().there(dump.path()));
    return new Taken(startedAt, startedAt.plusNanos(System.nanoTime() - start));
  }
}
