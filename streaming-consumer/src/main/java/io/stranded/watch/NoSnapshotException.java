package io.stranded.watch;

import io.stranded.internal.source.TargetLostException;

/**
 * The target is there, but no snapshot of it can be taken. The message is one line for the user.
 */
public final class NoSnapshotException extends TargetLostException {
  private static final long serialVersionUID = 1;

  NoSnapshotException(String message) {
    super(message);
  }
}
