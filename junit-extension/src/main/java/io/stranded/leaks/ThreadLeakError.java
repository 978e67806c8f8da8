package io.stranded.leaks;

/**
 * Thrown for threads that were left behind. It has no stack of its own: theirs are what matters.
 */
public final class ThreadLeakError extends AssertionError {
  private static final long serialVersionUID = 1;

  private final transient LeakReport report;

  /** An error that tells a report. */
  public ThreadLeakError(LeakReport report) {
    super(report.text());
    this.report = report;
    setStackTrace(new StackTraceElement[0]);
  }

  /** What was found. */
  public LeakReport report() {
    return report;
  }
}
