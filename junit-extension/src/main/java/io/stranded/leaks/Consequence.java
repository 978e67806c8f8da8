package io.stranded.leaks;

/** What becomes of a leak. */
public enum Consequence {
  /** The test fails. */
  FAIL,
  /** It is told on standard error. */
  WARN,
  /** The threads are interrupted and have a second to end; the test fails in any case. */
  INTERRUPT_THEN_FAIL
}
