package io.stranded.internal.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Work with channels that an interrupt does not end: it is done again, and the thread finds itself
 * interrupted afterwards. An interrupted thread closes a channel by touching it, and a watch that
 * is told to end still has to clean up.
 */
final class Uninterrupted {
  /** Work that can be begun anew. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  private Uninterrupted() {}

  static <T> T run(Work<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.run();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
