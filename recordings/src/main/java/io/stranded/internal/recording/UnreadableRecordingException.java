package io.stranded.internal.recording;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The input is not a recording, or too damaged to say anything. The message is one line that names
 * the file and what was expected of it.
 */
public final class UnreadableRecordingException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /** Makes the message {@code file: problem}. */
  public UnreadableRecordingException(Path file, String problem) {
    this(file, problem, null);
  }

  /** Makes the message {@code file: problem}; the cause is for {@code --verbose}. */
  public UnreadableRecordingException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem.replaceAll("\\s+", " "), cause);
    reason = problem.replaceAll("\\s+", " ");
  }

  /** The message without the file. */
  String reason() {
    return reason;
  }
}
