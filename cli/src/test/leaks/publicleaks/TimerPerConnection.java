package publicleaks;

import io.netty.util.HashedWheelTimer;

/**
 * A timer of Netty has a thread, and some clients made one for each connection and stopped none:
 * issue 499 of netty-socketio.
 */
final class TimerPerConnection implements PublicLeak {
  private final boolean healthy;

  TimerPerConnection(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() {
    again();
  }

  @Override
  public void again() {
    HashedWheelTimer timer = new HashedWheelTimer();
    timer.start();
    if (healthy) {
      timer.stop();
    }
  }
}
