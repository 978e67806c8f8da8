package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.heap.HeapGraph;
import java.util.Optional;

/**
 * Why no thread of a dump can be proved to be leaked.
 *
 * @param doubt the kind of the gap
 * @param sentence what is missing, for people
 */
record Gap(Doubt doubt, String sentence) {
  /** The gap of a dump; empty if all is there. */
  static Optional<Gap> of(HeapGraph graph) {
    if (!graph.damage().isEmpty()) {
      return Optional.of(
          new Gap(
              Doubt.INCOMPLETE_DUMP,
              Doubt.INCOMPLETE_DUMP.sentence() + ": " + graph.damage().get(0)));
    }
    if (graph.hiddenVirtualThreads() > 0) {
      return Optional.of(
          new Gap(
              Doubt.HIDDEN_VIRTUAL_THREADS,
              "the dump does not show the stacks of "
                  + graph.hiddenVirtualThreads()
                  + " virtual threads, which may hold what it waits on"));
    }
    return Optional.empty();
  }
}
