package io.stranded.finding;

/** How far the GC roots of a heap dump can be trusted. */
public enum RootPrecision {
  /** Scalar-replaced objects were materialised just before the dump: every root is in it. */
  EXACT("exact"),
  /** Objects that the JIT had scalar-replaced, and what only they hold, may be missing. */
  AS_DUMPED("as-dumped");

  private final String label;

  RootPrecision(String label) {
    this.label = label;
  }

  /** The word used in reports. */
  public String label() {
    return label;
  }
}
