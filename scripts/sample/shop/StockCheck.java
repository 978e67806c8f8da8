package shop;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/** Adds up what the warehouses have of an article. */
final class StockCheck {
  private final ExecutorService clients;
  private final List<Warehouse> warehouses;

  StockCheck(ExecutorService clients, List<Warehouse> warehouses) {
    this.clients = clients;
    this.warehouses = warehouses;
  }

  /** Asks all warehouses at once and waits for the last answer. */
  void available(Order order) throws InterruptedException {
    CountDownLatch answers = new CountDownLatch(warehouses.size());
    AtomicInteger items = new AtomicInteger();
    for (Warehouse warehouse : warehouses) {
      clients.submit(
          () -> {
            items.addAndGet(warehouse.stockOf(order.article()));
            // Not reached when a warehouse throws, and the exception stays in a future.
            answers.countDown();
            return null;
          });
    }
    answers.await();
    Log.line("order " + order.id() + ": " + items + " in stock");
  }
}
