package io.stranded.internal.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a person looks at what is written, and how much of it they see. */
public final class Terminal {
  /** The terminal of this process, whatever its streams are. */
  static final Path DEVICE_OF_PROCESS = Path.of("/dev/tty");

  private static final int WIDTH = 80;
  private static final int HEIGHT = 24;
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;
  private static final Pattern DEVICE = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");

  private Terminal() {}

  /** Whether standard output is a terminal. */
  public static boolean isStandardOutput() {
    return is(STANDARD_OUTPUT);
  }

  /** Whether standard error is a terminal. */
  public static boolean isStandardError() {
    return is(STANDARD_ERROR);
  }

  /** Whether colours are wanted on standard output. */
  public static boolean hasColours() {
    return isStandardOutput() && wantsColours(System.getenv("NO_COLOR"), System.getenv("TERM"));
  }

  /** By the variables that people set: see no-color.org. */
  static boolean wantsColours(@Nullable String noColor, @Nullable String term) {
    return (noColor == null || noColor.isEmpty()) && !"dumb".equals(term);
  }

  /** Columns of the terminal; 80 if it does not tell. */
  public static int width() {
    return size(1, WIDTH);
  }

  /** Rows of the terminal; 24 if it does not tell. */
  public static int height() {
    return size(0, HEIGHT);
  }

  private static int size(int which, int unknown) {
    String[] rowsAndColumns = stty("size").orElse("").strip().split(" ", 2);
    try {
      int told = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[which]) : 0;
      return told > 0 ? told : unknown;
    } catch (NumberFormatException e) {
      return unknown;
    }
  }

  /** What {@code stty} prints of the terminal; empty where there is none, or no such command. */
  static Optional<String> stty(String... arguments) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    try {
      Process stty =
          new ProcessBuilder(command)
              .redirectInput(DEVICE_OF_PROCESS.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String printed = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return Optional.empty();
      }
      return stty.exitValue() == 0 ? Optional.of(printed) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
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
