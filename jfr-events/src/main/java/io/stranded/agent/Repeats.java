package io.stranded.agent;

import java.util.concurrent.TimeUnit;

/**
 * When open waits are to be reported again. At once when somebody new may be listening; at the
 * begin of a chunk only as often as keeps such repeats to a small average rate, however many waits
 * are open: otherwise the repeats would fill the chunk and so bring on the next.
 *
 * <p>Asked for by any thread, taken by the reporter's.
 */
final class Repeats {
  private static final int PER_SECOND = 10;

  private boolean now;
  private boolean chunkBegun;
  private boolean limited;
  private long notBefore;

  /** Somebody new may be listening. */
  synchronized void askNow() {
    now = true;
  }

  /** A chunk has begun, and may outlive the ones before it. */
  synchronized void askWithinBudget() {
    chunkBegun = true;
  }

  /**
   * Whether to repeat at this look; what was asked for is then dealt with.
   *
   * @param open the number of open waits
   * @param nanoTime the present {@link System#nanoTime()}
   */
  synchronized boolean take(int open, long nanoTime) {
    boolean due = now || (chunkBegun && (!limited || nanoTime - notBefore >= 0));
    now = false;
    chunkBegun = false;
    if (due) {
      limited = true;
      notBefore = nanoTime + TimeUnit.SECONDS.toNanos(open / PER_SECOND);
    }
    return due;
  }
}
