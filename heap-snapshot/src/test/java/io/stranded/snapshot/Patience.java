package io.stranded.snapshot;

/** Tries again what may fail for a reason that passes. */
final class Patience {
  private static final int TRIES = 20;
  private static final String LOADED = "a class was loaded at that very moment";

  private Patience() {}

  /** Takes a snapshot, again if a class came into being between two steps of it. */
  static SnapshotResult take(Snapshots snapshots, SnapshotRequest request) {
    SnapshotResult result = snapshots.take(request);
    for (int i = 1; i < TRIES && isToBeTriedAgain(result); i++) {
      result = snapshots.take(request);
    }
    return result;
  }

  private static boolean isToBeTriedAgain(SnapshotResult result) {
    return result instanceof SnapshotResult.Refused refused && refused.reason().equals(LOADED);
  }
}
