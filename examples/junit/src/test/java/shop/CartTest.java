package shop;

import io.stranded.junit.VerifyNoThreadLeaks;
import org.junit.jupiter.api.Test;

@VerifyNoThreadLeaks
class CartTest {
  @Test
  void adds() {
    Prices.start(0);
  }

  @Test
  void addsWithRates() {
    Prices.start(1);
  }
}
