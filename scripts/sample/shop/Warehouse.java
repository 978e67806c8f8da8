package shop;

import java.util.concurrent.TimeUnit;

/** The remote side of one warehouse. */
final class Warehouse {
  private static final long RETRY_AFTER_MINUTES = 30;

  private final String name;

  Warehouse(String name) {
    this.name = name;
  }

  /**
   * How many there are on the shelf.
   *
   * @throws IllegalArgumentException if the warehouse has never heard of the article
   */
  int stockOf(String article) throws InterruptedException {
    if (name.equals("south") && article.startsWith("discontinued")) {
      throw new IllegalArgumentException(name + " has no article " + article);
    }
    if (name.equals("east") && article.startsWith("made-to-order")) {
      Log.line(name + " is busy: asking again in " + RETRY_AFTER_MINUTES + " minutes");
      TimeUnit.MINUTES.sleep(RETRY_AFTER_MINUTES);
    }
    return 12;
  }
}
