package io.stranded.leaks;

import io.stranded.report.TextReport;

/** Thrown for a test of which it is proved that it can never end. */
public final class StrandedTestError extends AssertionError {
  private static final long serialVersionUID = 1;

  /**
   * An error that tells a finding.
   *
   * @param test what can never end
   */
  public StrandedTestError(String test, Watchdog.Proved proved) {
    super(
        test
            + " can never end: its thread waits for what nothing live can do\n\n"
            + TextReport.of(proved.finding(), /* coloured= */ false)
            + "note: proved by "
            + proved.how());
    setStackTrace(new StackTraceElement[0]);
  }
}
