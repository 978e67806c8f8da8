package io.stranded.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a person looks at what is written, and how wide they see it. */
final class Terminal {
  private static final int WIDTH = 80;
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;
  private static final Pattern DEVICE = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");

  private Terminal() {}

  /** Whether standard output is a terminal. */
  static boolean isStandardOutput() {
    return is(STANDARD_OUTPUT);
  }

  /** Whether standard error is a terminal. */
  static boolean isStandardError() {
    return is(STANDARD_ERROR);
  }

  /** Whether colours are wanted on standard output. */
  static boolean hasColours() {
    return isStandardOutput() && wantsColours(System.getenv("NO_COLOR"), System.getenv("TERM"));
  }

  /** By the variables that people set: see no-color.org. */
  static boolean wantsColours(@Nullable String noColor, @Nullable String term) {
    return (noColor == null || noColor.isEmpty()) && !"dumb".equals(term);
  }

  /** Columns of the terminal; 80 if it does not tell. */
  static int width() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
      }
      String[] rowsAndColumns = size.strip().split(" ", 2);
      int columns = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[1]) : 0;
      return columns > 0 ? columns : WIDTH;
    } catch (IOException | NumberFormatException e) {
      return WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return WIDTH;
    }
  }

  private static boolean is(int descriptor) {
    try {
      Path device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return DEVICE.matcher(device.toString()).matches();
    } catch (IOException | UnsupportedOperationException e) {
      return isConsole();
    }
  }

  /** Where the system does not tell of each stream: of standard input and output together. */
  @SuppressWarnings("SystemConsoleNull") // asked for below
  private static boolean isConsole() {
    Console console = System.console();
    return console != null && isTerminal(console);
  }

  /** Since JDK 22 there may be a console without a terminal, which it tells. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
