package shop;

import io.stranded.junit.FailIfStranded;
import org.junit.jupiter.api.Test;

class AccountsTest {
  @FailIfStranded
  @Test
  void transfers() throws Exception {
    new Accounts().exchange();
  }
}
