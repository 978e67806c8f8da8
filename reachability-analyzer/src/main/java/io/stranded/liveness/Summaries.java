package io.stranded.liveness;

import io.stranded.finding.FoundThread;
import io.stranded.internal.heap.HeapThread;

/** Words for people. */
final class Summaries {
  private Summaries() {}

  /** How people are told of a thread. */
  static String label(HeapThread thread) {
    return FoundThread.label(thread.name(), thread.id(), thread.virtual());
  }
}
