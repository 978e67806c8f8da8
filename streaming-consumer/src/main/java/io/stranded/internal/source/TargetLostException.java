package io.stranded.internal.source;

import java.io.IOException;

/** The target cannot be attached to, or has ended. The message is one line for the user. */
public class TargetLostException extends IOException {
  private static final long serialVersionUID = 1;

  public TargetLostException(String message) {
    super(message);
  }

  public TargetLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
