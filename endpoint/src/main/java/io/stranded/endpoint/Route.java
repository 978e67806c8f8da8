package io.stranded.endpoint;

import java.io.IOException;

/** Answers requests for one path, or for all below it. Used by several threads. */
@FunctionalInterface
public interface Route {
  /**
   * The answer.
   *
   * @throws IOException if a target cannot be asked; one line for the client
   */
  Response answer(Request request) throws IOException, InterruptedException;
}
