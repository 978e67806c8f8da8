package io.stranded.watch;

/** What leaks are proved by. */
public enum Proof {
  /** Frozen snapshots where a target allows them, heap dumps elsewhere. */
  AUTO,
  /** Frozen snapshots only: where there can be none, nothing is proved. */
  SNAPSHOT,
  /** Heap dumps only. */
  DUMP
}
