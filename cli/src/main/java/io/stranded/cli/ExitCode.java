package io.stranded.cli;

/** The exit codes of every command. */
final class ExitCode {
  static final int DONE = 0;
  static final int LEAKS_FOUND = 1;
  static final int USAGE = 2;
  static final int UNREADABLE_INPUT = 3;
  static final int TARGET_LOST = 4;
  static final int UNDELIVERED = 5;

  private ExitCode() {}
}
