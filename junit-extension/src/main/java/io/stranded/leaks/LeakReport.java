package io.stranded.leaks;

import java.util.List;

/**
 * What a check has found.
 *
 * @param subject whose threads were looked at
 * @param leaks the threads that were left behind
 * @param notes what the reader should know beside them: how it was proved, what was not seen
 */
public record LeakReport(String subject, List<ThreadLeak> leaks, List<String> notes) {
  public LeakReport {
    leaks = List.copyOf(leaks);
    notes = List.copyOf(notes);
  }

  /** Whether nothing was left behind. */
  public boolean isClean() {
    return leaks.isEmpty();
  }

  /** The report for people, ending in a line break. */
  public String text() {
    return LeakText.of(this);
  }

  /**
   * Throws if anything was left behind.
   *
   * @throws ThreadLeakError with this report
   */
  public void throwIfAny() {
    if (!isClean()) {
      throw new ThreadLeakError(this);
    }
  }
}
