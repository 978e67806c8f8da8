package io.stranded.snapshot;

import java.util.Map;

/** What became of a request for a snapshot. */
public sealed interface SnapshotResult {
  /**
   * Every thread in question can still be reached; no island was written.
   *
   * @param ways who holds what a thread waits on, in words, by the ids that were asked for; nothing
   *     of those that are reached by nothing, or for whom no way was found
   */
  record AllLive(SnapshotFigures figures, Map<Long, String> ways) implements SnapshotResult {
    /** Keeps the ways as they are. */
    public AllLive {
      ways = Map.copyOf(ways);
    }
  }

  /**
   * Some threads are reached by nothing live.
   *
   * @param ways who holds what the others wait on
   */
  record Unreached(SnapshotFigures figures, Island island, Map<Long, String> ways)
      implements SnapshotResult {
    /** Keeps the ways as they are. */
    public Unreached {
      ways = Map.copyOf(ways);
    }
  }

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
