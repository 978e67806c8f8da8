package io.stranded.leaks;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much was looked at, so that a check that looks at nothing is seen. Safe for use by several
 * threads.
 */
public final class LeakTally {
  private final AtomicLong scopes = new AtomicLong();
  private final AtomicLong threads = new AtomicLong();
  private final AtomicLong leaks = new AtomicLong();

  /** Counts a test with the threads that it has started. */
  public void looked(long started) {
    scopes.incrementAndGet();
    threads.addAndGet(started);
  }

  /** Counts what was found. */
  public void found(LeakReport report) {
    leaks.addAndGet(report.leaks().size());
  }

  /** One line for people. */
  public String statement() {
    return "stranded: looked at "
        + counted(scopes.get(), "test")
        + " and "
        + counted(threads.get(), "thread")
        + " that they started: "
        + counted(leaks.get(), "leak");
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
