package io.stranded.cli;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.terminal.LogFormat;
import io.stranded.internal.terminal.Screen;
import io.stranded.internal.terminal.Terminal;
import io.stranded.watch.Sidecar;
import io.stranded.watch.TargetStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The log of a sidecar on standard error and, in one line that is kept up to date on a terminal and
 * written now and then elsewhere, how it stands. Safe for use by several threads.
 */
final class StatusLine implements FindingSink {
  private static final Duration ON_TERMINAL = Duration.ofSeconds(1);

  /** A window may have another width after so many of them. */
  private static final int LOOKS = 5;

  private static final String WIPE = "\r\u001b[K";

  private final PrintStream err = System.err;
  private final boolean terminal = Terminal.isStandardError();
  private final LogFormat format;
  private boolean shown;
  private long eventsBefore;
  private int width;
  private int looks;

  StatusLine(LogFormat.Choice format) {
    this.format = format.on(terminal);
  }

  /** Starts a thread that shows how the sidecar stands, until it is interrupted. */
  Thread follow(Sidecar sidecar, Duration interval) {
    Duration period = terminal ? ON_TERMINAL : interval;
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Thread.sleep(period.toMillis());
                  show(sidecar.status(), period);
                }
              } catch (InterruptedException e) {
                wipe();
              }
            },
            "stranded-status");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Writes a line that stays; what others worded in several, such as RMI, becomes one. */
  synchronized void log(String text) {
    wipe();
    String oneLine = text.lines().map(String::strip).collect(Collectors.joining(" "));
    String line = format.line(Instant.now(), "info", oneLine);
    err.println(terminal ? new Screen(false, OptionalInt.of(width())).fitted(line) : line);
  }

  /** Makes room for a report, which a terminal shows in the same place. */
  @Override
  public void accept(LeakProfile profile) {
    wipe();
  }

  @Override
  public void close() {
    wipe();
  }

  private synchronized void show(List<TargetStatus> targets, Duration period) {
    if (targets.isEmpty()) {
      return;
    }
    List<String> lines = lines(targets, period);
    if (terminal) {
      err.print(WIPE + fitted(lines, width()));
      err.flush();
      shown = true;
    } else {
      log(lines.get(0));
    }
  }

  /**
   * The first line that the terminal has room for. One that is broken would be wiped in its last
   * part only, and scroll the rest away.
   */
  static String fitted(List<String> lines, int width) {
    String shortest = lines.get(lines.size() - 1);
    return lines.stream()
        .filter(line -> line.length() < width)
        .findFirst()
        .orElse(shortest.substring(0, Math.min(shortest.length(), Math.max(0, width - 2))) + "…");
  }

  private int width() {
    if (looks++ % LOOKS == 0) {
      width = Terminal.width();
    }
    return width;
  }

  private synchronized void wipe() {
    if (shown) {
      err.print(WIPE);
      err.flush();
      shown = false;
    }
  }

  /** How they stand, whole and ever shorter. */
  private List<String> lines(List<TargetStatus> targets, Duration period) {
    long events = targets.stream().mapToLong(TargetStatus::events).sum();
    long rate = Math.max(0, events - eventsBefore) * 1000 / Math.max(1, period.toMillis());
    eventsBefore = events;
    long lag =
        targets.stream()
            .map(TargetStatus::toldUntil)
            .filter(told -> !told.equals(Instant.MIN))
            .mapToLong(told -> Duration.between(told, Instant.now()).toMillis())
            .max()
            .orElse(0);
    String jvms = targets.size() + (targets.size() == 1 ? " target, " : " targets, ");
    long stuck = targets.stream().mapToLong(TargetStatus::stuck).sum();
    String threads =
        targets.stream().mapToLong(TargetStatus::threads).sum()
            + " threads, "
            + targets.stream().mapToLong(TargetStatus::waiting).sum()
            + " waiting, "
            + targets.stream().mapToLong(TargetStatus::suspects).sum()
            + " suspect, "
            + targets.stream().mapToLong(TargetStatus::leaked).sum()
            + " leaked";
    int snapshots = targets.stream().mapToInt(TargetStatus::snapshots).sum();
    long longest =
        targets.stream().mapToLong(target -> target.longestPause().toMillis()).max().orElse(0);
    int dumps = targets.stream().mapToInt(TargetStatus::dumps).sum();
    double paused = targets.stream().mapToLong(target -> target.paused().toMillis()).sum() / 1000.0;
    String proofs = snapshots + " snapshots, " + longest + " ms paused at most";
    String costs = String.format(Locale.ROOT, "%d dumps, %.1f s paused", dumps, paused);
    String behind = String.format(Locale.ROOT, "%.1f s behind", lag / 1000.0);
    String pauses =
        longest + " ms paused" + (dumps == 0 ? "" : ", dumps " + Math.round(paused) + " s");
    String all = threads + (stuck == 0 ? "" : ", " + stuck + " stuck");
    return List.of(
        jvms
            + threads
            + ", "
            + stuck
            + " stuck; "
            + proofs
            + "; "
            + costs
            + "; "
            + rate
            + " events/s, "
            + behind,
        jvms + all + "; " + proofs + (dumps == 0 ? "" : "; " + costs) + "; " + behind,
        all + "; " + pauses + "; " + behind,
        all + "; " + behind,
        all);
  }
}
