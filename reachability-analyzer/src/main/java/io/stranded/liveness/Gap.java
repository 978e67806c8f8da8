package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.finding.RootPrecision;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.jdk.JdkThreads;
import java.util.Optional;

/**
 * Why no thread of a dump can be proved to be leaked.
 *
 * @param doubt the kind of the gap
 * @param sentence what is missing, for people
 */
record Gap(Doubt doubt, String sentence) {
  /**
   * The gap of a dump; empty if all is there. An island has only the threads that it is about: the
   * stacks of all others were looked at where it was made.
   */
  static Optional<Gap> of(JdkThreads threads, RootPrecision precision) {
    HeapGraph graph = threads.graph();
    if (!graph.damage().isEmpty()) {
      return Optional.of(
          new Gap(
              Doubt.INCOMPLETE_DUMP,
              Doubt.INCOMPLETE_DUMP.sentence() + ": " + graph.damage().get(0)));
    }
    if (threads.hiddenVirtualThreads() > 0 && precision != RootPrecision.FROZEN) {
      return Optional.of(
          new Gap(
              Doubt.HIDDEN_VIRTUAL_THREADS,
              "the dump does not show the stacks of "
                  + threads.hiddenVirtualThreads()
                  + " virtual threads, which may hold what it waits on"));
    }
    return threads.shape().gap().map(doubt -> new Gap(doubt, doubt.sentence()));
  }
}
