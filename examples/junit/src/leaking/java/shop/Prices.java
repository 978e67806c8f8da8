package shop;

import java.util.concurrent.CountDownLatch;

/** Loads prices in the background. The loader waits for rates, which may be none. */
public final class Prices {
  private Prices() {}

  /** Starts a loader, and gives it the rates if there are any. */
  public static void start(int rates) {
    CountDownLatch given = new CountDownLatch(1);
    Thread loader = new Thread(() -> load(given), "price-loader");
    loader.setDaemon(true);
    loader.start();
    if (rates == 0) {
      return;
    }
    given.countDown();
  }

  private static void load(CountDownLatch given) {
    try {
      given.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
