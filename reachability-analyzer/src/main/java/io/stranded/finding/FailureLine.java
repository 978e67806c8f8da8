package io.stranded.finding;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Failures as people are told of them: in one line that is never empty. */
public final class FailureLine {
  private FailureLine() {}

  /**
   * The first line of its message. Where Java tells only the name of a file, the reason follows;
   * where it tells nothing, the name of the class has to do.
   */
  public static String of(Throwable e) {
    if (e instanceof FileSystemException failure && failure.getFile() != null) {
      return failure.getFile() + ": " + reason(failure);
    }
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }

  /** Why the system refused a file, in a few words. */
  public static String reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }
}
