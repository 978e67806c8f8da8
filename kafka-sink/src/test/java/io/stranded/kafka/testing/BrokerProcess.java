package io.stranded.kafka.testing;

import java.io.IOException;

/** Runs a broker until its standard input ends, which is when the test that started it dies. */
public final class BrokerProcess {
  private BrokerProcess() {}

  /** Takes the broker's properties file, as {@code kafka.Kafka} does. */
  public static void main(String[] args) {
    Thread watch = new Thread(BrokerProcess::haltAtEndOfInput, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    kafka.Kafka.main(args);
  }

  private static void haltAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes; only the end counts.
      }
    } catch (IOException e) {
      // The same as the end.
    }
    Runtime.getRuntime().halt(1);
  }
}
