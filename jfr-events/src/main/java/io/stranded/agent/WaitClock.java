package io.stranded.agent;

/**
 * What the reporter tells the hooks: the time, as a number that it sets once in a while, because to
 * read the system's clock would cost more than all else that is done at a park.
 *
 * <p>What it shows is when the present tick will end, so that a wait that begins now is not taken
 * for older than it is. Each tick has a time of its own: two waits of a thread have the same time
 * only if no tick has begun in between.
 */
final class WaitClock {
  /**
   * The low bits of a time are free for the use of a {@link Slot}, but the lowest, which is set.
   */
  static final long FLAGS = 7;

  private volatile long now = normal(System.nanoTime());

  private volatile boolean everyPark;

  /** When waits that begin now are said to have begun; never zero. */
  long now() {
    return now;
  }

  /** Whether a wait has begun in the present tick. */
  boolean isNow(long since) {
    return normal(since) == now;
  }

  /** Begins a tick of that length. Called by the reporter only. */
  void begin(long nanoTime, long nanos) {
    long next = normal(nanoTime + nanos);
    now = next - now > 0 ? next : now + FLAGS + 1;
  }

  /** Whether each park is to be told as it begins. */
  boolean everyPark() {
    return everyPark;
  }

  void tellEveryPark(boolean wanted) {
    everyPark = wanted;
  }

  private static long normal(long time) {
    return (time & ~FLAGS) | 1;
  }
}
