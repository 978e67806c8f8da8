package io.stranded.snapshot;

/** What became of a request for a snapshot. */
public sealed interface SnapshotResult {
  /**
   * Every thread in question can still be reached; no island was written.
   *
   * @param ways who holds what the threads wait on
   */
  record AllLive(SnapshotFigures figures, Ways ways) implements SnapshotResult {}

  /**
   * Some threads are reached by nothing live.
   *
   * @param ways who holds what the others wait on
   */
  record Unreached(SnapshotFigures figures, Island island, Ways ways) implements SnapshotResult {}

  /**
   * There is no snapshot.
   *
   * @param reason one line
   * @param lasting whether there will never be one of this JVM
   */
  record Refused(String reason, boolean lasting) implements SnapshotResult {
    /** There is none this time. */
    public static Refused now(String reason) {
      return new Refused(reason, /* lasting= */ false);
    }
  }
}
