package io.stranded.snapshot;

import java.util.List;

/** Tries again what may fail for a reason that passes. */
final class Patience {
  private static final int TRIES = 20;

  /** A class that is not there yet, or a virtual thread that is just being changed. */
  private static final List<String> PASSING =
      List.of("a class was loaded at that very moment", "of no known class");

  private Patience() {}

  /** Takes a snapshot, again if the target was met in a passing state that is not understood. */
  static SnapshotResult take(Snapshots snapshots, SnapshotRequest request) {
    SnapshotResult result = snapshots.take(request);
    for (int i = 1; i < TRIES && isToBeTriedAgain(result); i++) {
      result = snapshots.take(request);
    }
    return result;
  }

  private static boolean isToBeTriedAgain(SnapshotResult result) {
    return result instanceof SnapshotResult.Refused refused
        && PASSING.stream().anyMatch(refused.reason()::endsWith);
  }
}
