package shop;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Takes orders from the basket to the invoice. */
final class OrderService {
  private final ScheduledExecutorService clock =
      Executors.newScheduledThreadPool(1, Threads.named("clock"));
  private final ExecutorService warehouseClients =
      Executors.newFixedThreadPool(3, Threads.named("warehouse-client"));
  private final ExecutorService checkouts =
      Executors.newFixedThreadPool(4, Threads.named("checkout"));

  private final StockCheck stock =
      new StockCheck(
          warehouseClients,
          List.of(new Warehouse("north"), new Warehouse("south"), new Warehouse("east")));
  private final Payments payments = new Payments(clock);
  private final PriceList prices = new PriceList();
  private final SalesReport report = new SalesReport();
  private final StockTransfer transfer = new StockTransfer();
  private final ThumbnailCache thumbnails = new ThumbnailCache();
  private volatile InvoiceMailer mailer;

  /** Works through what has come in over night. */
  void open() throws InterruptedException {
    mailer = new InvoiceMailer("smtp.old.example");
    clock.scheduleWithFixedDelay(() -> mailer.flush(), 30, 30, TimeUnit.MINUTES);
    moveStock();
    takeOrders();
    thumbnails.put("kettle", new byte[1024]);
    Threads.start("catalog-upload-1", () -> CatalogImport.of("kettle;teapot;cup").run());
    readPrices();
    Threads.start("sales-report-1", () -> report.write("yesterday"));
    Threads.start("sales-report-2", () -> report.write("last week"));
    mailServerChanged("smtp.new.example");
  }

  private void takeOrders() {
    List<Order> orders =
        List.of(
            new Order(1001, "kettle", 4900),
            new Order(1002, "discontinued-cup", 900),
            new Order(1003, "made-to-order-teapot", 8900));
    for (Order order : orders) {
      Threads.start("stock-check-" + order.id(), () -> stock.available(order));
    }
    checkouts.execute(() -> payments.pay(new Order(1001, "kettle", 4900)));
    checkouts.execute(() -> payments.pay(new Order(1004, "samovar", 250_000)));
    checkouts.execute(() -> payments.pay(new Order(1005, "by-bank-transfer", 3500)));
    checkouts.execute(() -> payments.refund(new Order(998, "cracked-cup", 900)));
  }

  private void moveStock() {
    Threads.start("stock-transfer-1", () -> transfer.move("north", "south", 20));
    Threads.start("stock-transfer-2", () -> transfer.move("south", "north", 20));
    Threads.start("stock-transfer-3", () -> transfer.move("west", "east", 90_000));
    Threads.start("stock-transfer-4", () -> transfer.move("west", "east", 60_000));
  }

  /** One supplier after the other, so that the later one wins. */
  private void readPrices() throws InterruptedException {
    Thread first = Threads.start("price-feed-1", () -> prices.update("kettle", "49,00"));
    first.join();
    Threads.start("price-feed-2", () -> prices.update("kettle", "49.00"));
  }

  private void mailServerChanged(String host) {
    mailer = new InvoiceMailer(host);
  }
}
