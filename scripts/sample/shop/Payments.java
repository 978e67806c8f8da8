package shop;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks the bank for money. The bank calls back when it has made up its mind. */
final class Payments {
  private static final int LIMIT_CENTS = 100_000;

  private final Map<Integer, CompletableFuture<String>> pending = new ConcurrentHashMap<>();
  private final ScheduledExecutorService bank;

  Payments(ScheduledExecutorService bank) {
    this.bank = bank;
  }

  /** Waits until the customer has paid. */
  void pay(Order order) {
    CompletableFuture<String> receipt = new CompletableFuture<>();
    pending.put(order.id(), receipt);
    if (!order.article().startsWith("by-bank-transfer")) {
      boolean accepted = order.cents() < LIMIT_CENTS;
      bank.schedule(() -> onAnswer(order.id(), accepted), 100, TimeUnit.MILLISECONDS);
    }
    Log.line("order " + order.id() + ": paid, receipt " + receipt.join());
  }

  /** Pays back, or gives up after an hour. */
  void refund(Order order) {
    CompletableFuture<String> receipt = new CompletableFuture<>();
    receipt.orTimeout(1, TimeUnit.HOURS);
    Log.line("order " + order.id() + ": paid back, receipt " + receipt.join());
  }

  /** The bank's call. */
  private void onAnswer(int orderId, boolean accepted) {
    CompletableFuture<String> receipt = pending.remove(orderId);
    if (!accepted) {
      // Forgotten: receipt.completeExceptionally(new PaymentDeclined(orderId))
      Log.line("order " + orderId + ": payment declined");
      return;
    }
    receipt.complete("R-" + orderId);
  }
}
