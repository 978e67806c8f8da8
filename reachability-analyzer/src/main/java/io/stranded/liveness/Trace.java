package io.stranded.liveness;

import io.stranded.internal.hprof.LongLongMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Notes from which object a marker came to each other one: 16 to 64 bytes an object. */
final class Trace {
  private final LongLongMap cameFrom = new LongLongMap();
  private final LongLongMap deferredFrom = new LongLongMap();
  private long current;

  /** The marker follows the references of this object now; 0 for roots. */
  void visits(long address) {
    current = address;
  }

  /** The marker has marked an object. */
  void reached(long address) {
    cameFrom.put(address, current);
  }

  /** The marker leaves a weak or soft referent for later. */
  void defers(long address) {
    if (deferredFrom.getOrDefault(address, 0) == 0) {
      deferredFrom.put(address, current);
    }
  }

  /** The marker comes back to a weak or soft referent. */
  void resumes(long address) {
    current = deferredFrom.getOrDefault(address, 0);
  }

  /** The way from a root to an object, both included; empty if it was not reached. */
  List<Long> path(long address) {
    Deque<Long> path = new ArrayDeque<>();
    long at = address;
    while (at != 0) {
      long from = cameFrom.getOrDefault(at, -1);
      if (from < 0) {
        return List.of();
      }
      path.addFirst(at);
      at = from;
    }
    return List.copyOf(path);
  }
}
