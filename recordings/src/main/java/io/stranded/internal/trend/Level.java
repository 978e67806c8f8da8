package io.stranded.internal.trend;

/** How far a count of threads is above its baseline. */
public enum Level {
  /** The baseline is not known yet. */
  LEARNING,
  NORMAL,
  WARNING,
  CRITICAL
}
