package io.stranded.internal.terminal;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The keys of the terminal, each told at once and not shown, until this is closed. Where there is
 * no terminal, or the process is in its background, nothing is ever typed and nothing changed.
 */
public final class Keys implements Closeable {
  private static final long LOOK_MILLIS = 50;

  /** Fields of {@code /proc/self/stat} behind the name, which is in parentheses. */
  private static final int PROCESS_GROUP = 2;

  private static final int FOREGROUND_GROUP = 5;

  private final Optional<InputStream> typed;
  private final Runnable restore;
  private final Thread atExit;

  private Keys(Optional<InputStream> typed, Runnable restore) {
    this.typed = typed;
    this.restore = restore;
    this.atExit = new Thread(restore, "stranded-terminal");
  }

  /** Takes the keys. */
  public static Keys take() {
    Optional<String> before =
        Terminal.isStandardOutput() && isInForeground() ? Terminal.stty("-g") : Optional.empty();
    if (before.isEmpty() || Terminal.stty("-icanon", "-echo").isEmpty()) {
      return of(Optional.empty(), () -> {});
    }
    String settings = before.get().strip();
    return of(device(), () -> Terminal.stty(settings));
  }

  /** Keys of a terminal that is set up, and is set back by {@code restore}. */
  static Keys of(Optional<InputStream> typed, Runnable restore) {
    Keys keys = new Keys(typed, restore);
    // Who ends us otherwise, by Ctrl-C, wants his terminal back as well.
    Runtime.getRuntime().addShutdownHook(keys.atExit);
    return keys;
  }

  /** Waits until a key is pressed, or for so long, and tells whether it was pressed. */
  public boolean pressed(char key, Duration patience) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - end < 0) {
      while (typed.isPresent() && typed.get().available() > 0) {
        if (typed.get().read() == key) {
          return true;
        }
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    try {
      if (Runtime.getRuntime().removeShutdownHook(atExit)) {
        restore.run();
      }
    } catch (IllegalStateException e) {
      // The JVM ends, and has it run.
    }
    if (typed.isPresent()) {
      typed.get().close();
    }
  }

  private static Optional<InputStream> device() {
    try {
      return Optional.of(new FileInputStream(Terminal.DEVICE_OF_PROCESS.toFile()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whoever sets up a terminal from its background is stopped. */
  private static boolean isInForeground() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[PROCESS_GROUP].equals(fields[FOREGROUND_GROUP]);
    } catch (IOException e) {
      return false;
    }
  }
}
