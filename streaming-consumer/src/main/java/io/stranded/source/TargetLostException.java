package io.stranded.source;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The target cannot be attached to, or has ended. The message is one line for the user. */
public final class TargetLostException extends IOException {
  private static final long serialVersionUID = 1;

  /** What has become of the target. */
  public enum State {
    /** It could not be attached or connected to. */
    NEVER_REACHED,
    /** It was watched and does not answer any more, but may do so again. */
    CUT_OFF,
    /** Its process is gone. */
    ENDED
  }

  private final State state;

  public TargetLostException(String message) {
    this(message, null, State.NEVER_REACHED);
  }

  public TargetLostException(String message, Throwable cause) {
    this(message, cause, State.NEVER_REACHED);
  }

  private TargetLostException(String message, @Nullable Throwable cause, State state) {
    super(message, cause);
    this.state = state;
  }

  /** What has become of the target. */
  public State state() {
    return state;
  }

  /** The same with what has become of the target. */
  public TargetLostException in(State known) {
    return new TargetLostException(String.valueOf(getMessage()), getCause(), known);
  }
}
