package io.stranded.watch;

import io.stranded.finding.RootPrecision;
import io.stranded.internal.source.TargetJvm;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes heap dumps of one target. */
final class HeapDumper {
  /**
   * A dump that was taken.
   *
   * @param startedAt when it was ordered
   * @param finishedAt when it was there
   * @param roots how far its roots could be trusted when the target had been prepared
   * @param still whether no thread has run between that and the dump
   * @param afterCollection whether garbage was collected first
   */
  record Taken(
      Instant startedAt,
      Instant finishedAt,
      RootPrecision roots,
      boolean still,
      boolean afterCollection) {
    /** How long that took, the target's pause and all else. */
    Duration duration() {
      return Duration.between(startedAt, finishedAt);
    }
  }

  private final TargetJvm target;
  private final Optional<ExactRoots> exactRoots;
  private final Consumer<String> log;
  private boolean toldProblem;

  /**
   * A dumper.
   *
   * @param mayLoadAgents whether the target may be prepared, which takes an agent
   */
  HeapDumper(TargetJvm target, NativeLibrary library, boolean mayLoadAgents, Consumer<String> log) {
    this.target = target;
    this.exactRoots =
        mayLoadAgents && target.isAttached()
            ? Optional.of(new ExactRoots(target, library))
            : Optional.empty();
    this.log = log;
  }

  /**
   * Has the target write a dump of everything.
   *
   * @param afterCollection whether it collects garbage first, which makes the pause longer
   * @throws IOException if it cannot; one line
   */
  Taken take(DumpFile dump, boolean afterCollection) throws IOException {
    Instant startedAt = Instant.now();
    long start = System.nanoTime();
    Optional<Stillness> before = exactRoots.map(roots -> Stillness.of(target));
    RootPrecision roots = exactRoots.map(ExactRoots::prepare).orElse(RootPrecision.AS_DUMPED);
    target.dumpHeap(target.files().there(dump.path()), afterCollection);
    Instant finishedAt = startedAt.plusNanos(System.nanoTime() - start);
    boolean still = before.isPresent() && before.get().hasLasted(target);
    dump.written();
    tellProblem();
    return new Taken(startedAt, finishedAt, roots, still, afterCollection);
  }

  private void tellProblem() {
    Optional<String> problem = exactRoots.flatMap(ExactRoots::problem);
    if (problem.isPresent() && !toldProblem) {
      toldProblem = true;
      log.accept("roots as dumped: " + problem.get());
    }
  }
}
