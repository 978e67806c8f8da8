package io.stranded.finding;

import java.io.IOException;

/**
 * The input is not a heap dump, or cannot be read at all. The message is one line for the user and
 * names the file, the offset and what was expected there.
 */
public final class UnreadableDumpException extends IOException {
  private static final long serialVersionUID = 1;

  public UnreadableDumpException(String message) {
    super(message);
  }

  public UnreadableDumpException(String message, Throwable cause) {
    super(message, cause);
  }
}
