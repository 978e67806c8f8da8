package publicleaks;

import com.google.common.util.concurrent.RateLimiter;

/**
 * A rate that is set next to nothing, so that callers pause, and back later does not wake those who
 * sleep by then: Guava's documentation of {@code RateLimiter.setRate} says so.
 */
final class PausedByRate implements PublicLeak {
  /** One in thirty years. */
  private static final double PAUSED = 1e-9;

  /** One in some hours. */
  private static final double SLOW = 1e-4;

  private final boolean healthy;

  PausedByRate(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() {
    RateLimiter limiter = RateLimiter.create(healthy ? SLOW : PAUSED);
    limiter.acquire();
    Thread throttled = Main.daemon("throttled", limiter::acquire);
    while (throttled.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    limiter.setRate(1);
  }
}
