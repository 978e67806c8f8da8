package shop;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Moves stock from one shelf to another with both of them locked. */
final class StockTransfer {
  private static final long MILLIS_PER_ITEM = 20;

  private final Map<String, ReentrantLock> shelves =
      Map.of(
          "north", new ReentrantLock(),
          "south", new ReentrantLock(),
          "east", new ReentrantLock(),
          "west", new ReentrantLock());

  /** Picks the items, then stows them. */
  void move(String from, String to, int items) throws InterruptedException {
    // Two moves in opposite directions take the locks in opposite order.
    ReentrantLock source = shelves.get(from);
    ReentrantLock target = shelves.get(to);
    source.lock();
    try {
      TimeUnit.MILLISECONDS.sleep(items * MILLIS_PER_ITEM);
      target.lock();
      try {
        Log.line(items + " items moved from " + from + " to " + to);
      } finally {
        target.unlock();
      }
    } finally {
      source.unlock();
    }
  }
}
