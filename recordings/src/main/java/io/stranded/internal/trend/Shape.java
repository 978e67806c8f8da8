package io.stranded.internal.trend;

/** How a count of threads went over time. */
public enum Shape {
  /** Seen for too short a time, or too rarely, to say. */
  UNKNOWN("too short a time to tell"),
  /** Hardly changed. */
  STEADY("steady"),
  /** Rose, and then no more: a pool that was filled. */
  LEVELLED("rose, then level"),
  /** Went up and down above the same floor. */
  SAWTOOTH("up and down, not rising"),
  /** Rose and fell as the number of starts did: as many requests, so many threads. */
  LOAD("follows the load"),
  /** Fell. */
  FALLING("falling"),
  /** Rises, and hardly ever falls. */
  RISING("rising"),
  /** Rose, and has stopped for a short time, which says little of why. */
  RISEN("rose until shortly before the end"),
  /** Falls now and then, each time to a higher floor. */
  RISING_SAWTOOTH("up and down, rising");

  private final String label;

  Shape(String label) {
    this.label = label;
  }

  /** A few lower-case words for people. */
  public String label() {
    return label;
  }

  /** Whether there is more at the end than would go away by itself. */
  public boolean rises() {
    return this == RISING || this == RISEN || this == RISING_SAWTOOTH;
  }
}
