package io.stranded.liveness;

import io.stranded.internal.heap.HeapThread;
import java.util.List;

/**
 * A thread that acts again and again, with a pause in between.
 *
 * @param kind what makes it do so
 * @param owners by which one could stop it, beside its Thread: its pool and its tasks
 */
record Ticker(HeapThread thread, Kind kind, List<Long> owners) {
  /** What makes a thread act again. */
  enum Kind {
    POOL("a scheduled pool"),
    TIMER("a timer");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What it works for, with its article. */
    String words() {
      return words;
    }
  }

  Ticker {
    owners = List.copyOf(owners);
  }
}
