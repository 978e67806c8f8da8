package io.stranded.cli;

import io.stranded.finding.Progress;
import io.stranded.internal.terminal.Terminal;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows progress on standard error of a terminal, once it has taken two seconds. */
final class ProgressBar implements Progress, AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int WIDTH = 30;

  private final PrintStream err = System.err;
  private final boolean terminal = Terminal.isStandardError();
  private final long start = System.nanoTime();
  private long lastShown = start + PATIENCE - INTERVAL;
  private boolean shown;

  @Override
  public void at(String stage, long done, long total) {
    long now = System.nanoTime();
    if (!terminal || now - lastShown < INTERVAL) {
      return;
    }
    lastShown = now;
    shown = true;
    int filled = (int) (WIDTH * done / Math.max(1, total));
    err.printf(
        Locale.ROOT,
        "\r%-10s [%s%s] %3d%%",
        stage,
        "=".repeat(filled),
        " ".repeat(WIDTH - filled),
        100 * done / Math.max(1, total));
    err.flush();
  }

  /** Wipes the bar. */
  @Override
  public void close() {
    if (shown) {
      err.print("\r" + " ".repeat(WIDTH + 20) + "\r");
      err.flush();
      shown = false;
    }
  }
}
