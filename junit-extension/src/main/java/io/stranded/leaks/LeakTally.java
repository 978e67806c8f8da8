package io.stranded.leaks;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * How much was looked at, so that a check that looks at nothing is seen. Safe for use by several
 * threads.
 */
public final class LeakTally {
  private final AtomicLong scopes = new AtomicLong();
  private final AtomicLong threads = new AtomicLong();
  private final AtomicLong leaks = new AtomicLong();
  private final Set<String> unseen = new ConcurrentSkipListSet<>();

  /** Counts a test with the threads that it has started. */
  public void looked(long started) {
    scopes.incrementAndGet();
    threads.addAndGet(started);
  }

  /** Counts what was found. What a report without leaks says was not seen is told in the end. */
  public void found(LeakReport report) {
    leaks.addAndGet(report.leaks().size());
    if (report.isClean()) {
      unseen.addAll(report.notes());
    }
  }

  /** One line for people, and one for each thing that was not seen. */
  public String statement() {
    return "stranded: looked at "
        + counted(scopes.get(), "test")
        + " and "
        + counted(threads.get(), "thread")
        + " that they started: "
        + counted(leaks.get(), "leak")
        + unseen.stream().map(note -> "\nstranded: " + note).collect(Collectors.joining());
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
