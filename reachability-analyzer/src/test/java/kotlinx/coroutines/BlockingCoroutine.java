package kotlinx.coroutines;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits as {@code runBlocking} of kotlinx.coroutines does when its event loop has nothing to do.
 */
public final class BlockingCoroutine {
  private volatile boolean completed;

  /** Waits until completed. */
  public void joinBlocking() {
    while (!completed) {
      LockSupport.parkNanos(this, Long.MAX_VALUE);
    }
  }

  /** Ends the wait. */
  public void complete(Thread waiter) {
    completed = true;
    LockSupport.unpark(waiter);
  }
}
