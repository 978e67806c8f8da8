package io.stranded.events;

/** How a thread waits. The {@link #label()} is what the events carry. */
public enum WaitKind {
  /** In {@code LockSupport.park}, as all of {@code java.util.concurrent} does. */
  PARK("park"),
  /** In {@code Object.wait}. */
  WAIT("wait"),
  /** Entering a {@code synchronized} block or method that another thread is in. */
  MONITOR("monitor");

  private final String label;

  WaitKind(String label) {
    this.label = label;
  }

  /** The word in the field {@code kind} of {@code stranded.ThreadPark}. */
  public String label() {
    return label;
  }
}
