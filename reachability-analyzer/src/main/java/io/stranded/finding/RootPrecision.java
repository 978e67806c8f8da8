package io.stranded.finding;

import java.util.Arrays;
import java.util.Optional;

/** How far the GC roots of a heap dump can be trusted. */
public enum RootPrecision {
  /** Scalar-replaced objects were materialised just before the dump: every root is in it. */
  EXACT("exact"),
  /**
   * It is no dump but an island: a frozen copy of the JVM, its stacks word by word included, has
   * decided what nothing live reaches.
   */
  FROZEN("frozen"),
  /** Objects that the JIT had scalar-replaced, and what only they hold, may be missing. */
  AS_DUMPED("as-dumped");

  private final String label;

  RootPrecision(String label) {
    this.label = label;
  }

  /** The one that a report means by this word; empty if there is none. */
  public static Optional<RootPrecision> of(String label) {
    return Arrays.stream(values()).filter(value -> value.label.equals(label)).findFirst();
  }

  /** The word used in reports. */
  public String label() {
    return label;
  }
}
