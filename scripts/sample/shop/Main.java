package shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The order service of a small web shop. Standard input is its console: {@code open} lets it work
 * through the orders that wait, the end of the input stops it.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> Log.line(thread.getName() + " ended by " + e));
    OrderService service = new OrderService();
    Log.line("ready");
    BufferedReader console =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String command; (command = console.readLine()) != null; ) {
      if (command.equals("open")) {
        service.open();
        Log.line("open");
      } else {
        Log.line("unknown command: " + command);
      }
    }
    System.exit(0);
  }
}
