package io.stranded.leaks;

/** Which threads that a test leaves behind are leaks. */
public enum LeakMode {
  /** All that are still alive when they have had time to end. */
  ALIVE,
  /** Those of which it is proved that nothing live can ever wake them. */
  PROVEN
}
