package shop;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Moves money between two accounts, in both directions at once. */
public final class Accounts {
  private final CyclicBarrier bothHaveTheirFirst = new CyclicBarrier(2);

  /** Does it. */
  public void exchange() throws Exception {
    ReentrantLock one = new ReentrantLock();
    ReentrantLock other = new ReentrantLock();
    Thread back = new Thread(() -> move(one, other), "back");
    back.setDaemon(true);
    back.start();
    move(one, other);
    back.join();
  }

  private void move(ReentrantLock from, ReentrantLock to) {
    from.lock();
    try {
      meet();
      to.lock();
      to.unlock();
    } finally {
      from.unlock();
    }
  }

  /** Makes sure that they get into each other's way. */
  private void meet() {
    try {
      bothHaveTheirFirst.await(1, TimeUnit.SECONDS);
    } catch (Exception e) {
      // Only one of them came here: they do not get into each other's way.
    }
  }
}
