package io.stranded.internal.source;

import io.stranded.internal.files.Users;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes sure that a process can take it to be attached to. That begins with a signal which ends
 * processes that are no JVMs, and JVMs that have only just been started; the JDK asks first from
 * Java 21 on.
 */
public final class AttachCheck {
  private static final int SIGQUIT = 3;
  private static final long PATIENCE_MILLIS = 3_000;
  private static final long STEP_MILLIS = 100;

  private AttachCheck() {}

  /**
   * Checks a process; gives it a few seconds.
   *
   * @throws TargetLostException if there is none, or it does not wait for that signal
   */
  public static void check(long pid) throws TargetLostException {
    Optional<String> stranger = stranger(pid);
    if (stranger.isPresent()) {
      throw new TargetLostException("cannot attach to " + pid + ": " + stranger.get());
    }
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (true) {
      if (ProcessHandle.of(pid).isEmpty()) {
        throw new TargetLostException("cannot attach to " + pid + ": no such process");
      }
      if (listens(pid)) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new TargetLostException("cannot attach to " + pid + ": it is not a JVM");
      }
      try {
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TargetLostException("cannot attach to " + pid + ": interrupted", e);
      }
    }
  }

  /** What is in the way if the process is another user's; only root may attach to those. */
  static Optional<String> stranger(long pid) {
    return Users.us()
        .filter(us -> !us.getName().equals("root"))
        .flatMap(us -> Users.of(pid).filter(owner -> !owner.equals(us)))
        .map(owner -> "it is of user " + owner.getName() + ": run as that user or root");
  }

  /** Whether it handles the signal, or listens already; yes where the system does not tell. */
  static boolean listens(long pid) {
    Optional<String> caught = AttachSocket.status(Path.of("/proc", Long.toString(pid)), "SigCgt:");
    return caught.isEmpty()
        || (Long.parseUnsignedLong(caught.get(), 16) >> (SIGQUIT - 1) & 1) == 1
        || AttachSocket.of(pid).isOpen();
  }
}
