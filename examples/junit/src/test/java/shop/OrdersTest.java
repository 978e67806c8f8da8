package shop;

import org.junit.jupiter.api.Test;

/** Has no annotation of ours: junit-platform.properties has it checked. */
class OrdersTest {
  @Test
  void opensAndCloses() {
    try (Orders orders = new Orders()) {
      orders.toString();
    }
  }
}
