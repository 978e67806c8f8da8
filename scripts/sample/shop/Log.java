package shop;

import java.time.LocalTime;
import java.time.temporal.ChronoUnit;

/** One line on standard output for each thing worth telling. */
final class Log {
  private Log() {}

  static void line(String text) {
    System.out.println(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
  }
}
