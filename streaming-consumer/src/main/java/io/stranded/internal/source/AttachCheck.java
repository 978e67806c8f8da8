package io.stranded.internal.source;

import java.io.IOException;
import java.nio.file.Files;
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
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (true) {
      if (ProcessHandle.of(pid).isEmpty()) {
        throw new TargetLostException("cannot attach to " + pid + ": no such process");
      }
      if (listens(Path.of("/proc", Long.toString(pid)))) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new TargetLostException("cannot attach to " + pid + ": it is no JVM");
      }
      try {
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TargetLostException("cannot attach to " + pid + ": interrupted", e);
      }
    }
  }

  /** Whether a process handles the signal or listens already, at this moment. */
  static boolean listensNow(long pid) {
    return listens(Path.of("/proc", Long.toString(pid)));
  }

  /** Whether it handles the signal, or listens already; yes where the system does not tell. */
  private static boolean listens(Path process) {
    try {
      String status = Files.readString(process.resolve("status"));
      Optional<String> caught = field(status, "SigCgt:");
      // The process id that it has in its own container, where that is another one.
      Optional<String> own = field(status, "NSpid:").map(ids -> ids.replaceAll(".*\\s", ""));
      return caught.isEmpty()
          || (Long.parseUnsignedLong(caught.get(), 16) >> (SIGQUIT - 1) & 1) == 1
          || own.filter(id -> Files.exists(process.resolve("root/tmp/.java_pid" + id))).isPresent();
    } catch (IOException | NumberFormatException e) {
      return true;
    }
  }

  private static Optional<String> field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst();
  }
}
