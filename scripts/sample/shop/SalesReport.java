package shop;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Writes sales reports, one at a time and slowly enough not to disturb the database. */
final class SalesReport {
  private static final int PAGES = 12;

  private final ReentrantLock lock = new ReentrantLock();

  /** Writes a report, which takes an hour. */
  void write(String period) throws InterruptedException {
    lock.lock();
    try {
      for (int page = 1; page <= PAGES; page++) {
        Log.line("report of " + period + ": page " + page);
        TimeUnit.MINUTES.sleep(5);
      }
    } finally {
      lock.unlock();
    }
  }
}
