package io.stranded.snapshot;

import java.io.IOException;

/** A file that is no whole island. */
final class TornIslandException extends IOException {
  private static final long serialVersionUID = 1L;

  TornIslandException(String message) {
    super(message);
  }
}
