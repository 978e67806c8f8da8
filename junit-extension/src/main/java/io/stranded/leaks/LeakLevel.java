package io.stranded.leaks;

/**
 * Up to when a thread that lives on may still end. Whatever this is, threads that can never run
 * again fail the test that started them, at its end.
 */
public enum LeakLevel {
  /** To the end of the test. */
  TEST,
  /** To the end of the outermost class that is checked: fixtures of a class may outlive a test. */
  CLASS,
  /** To the end of all tests: caches and shared contexts may outlive a class. */
  SUITE
}
