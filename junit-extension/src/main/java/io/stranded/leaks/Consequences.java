package io.stranded.leaks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Does about leaks what the options say. */
public final class Consequences {
  private static final Duration TO_END = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Consequences() {}

  /**
   * Does it.
   *
   * @throws ThreadLeakError if there are leaks, and they are more than a warning
   */
  public static void apply(LeakReport report, LeakOptions options) {
    if (report.isClean()) {
      return;
    }
    switch (options.consequence()) {
      case FAIL -> report.throwIfAny();
      case WARN -> System.err.print("stranded: " + report.text());
      case INTERRUPT_THEN_FAIL -> interrupted(report).throwIfAny();
    }
  }

  private static LeakReport interrupted(LeakReport report) {
    Set<Long> ids =
        report.leaks().stream().map(leak -> leak.thread().id()).collect(Collectors.toSet());
    LiveThreads.interrupt(ids);
    long start = System.nanoTime();
    long alive = alive(ids);
    while (alive > 0 && System.nanoTime() - start < TO_END.toNanos()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      alive = alive(ids);
    }
    List<String> notes = new ArrayList<>(report.notes());
    notes.add(
        "they were interrupted, upon which "
            + (ids.size() - alive)
            + " of "
            + ids.size()
            + (ids.size() - alive == 1 ? " has" : " have")
            + " ended");
    return new LeakReport(report.subject(), report.leaks(), notes);
  }

  private static long alive(Set<Long> ids) {
    return LiveThreads.look(ids::contains, birth -> true, /* virtual= */ true).size();
  }
}
