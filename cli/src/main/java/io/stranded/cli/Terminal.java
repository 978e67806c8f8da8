package io.stranded.cli;

import java.io.Console;

/** Whether a person looks at standard output. */
final class Terminal {
  private Terminal() {}

  /**
   * Whether standard output is a terminal; on JDK 17 to 21 standard input has to be one as well.
   */
  @SuppressWarnings("SystemConsoleNull") // asked for below
  static boolean isStandardOutput() {
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
