package io.stranded.kafka;

/** Takes what a {@link FindingReader} reads, on the thread that reads. */
@FunctionalInterface
public interface FindingHandler {
  /** Takes a finding; every one only once, however often it was delivered. */
  void found(DeliveredFinding finding);

  /**
   * Is told that the JVM of a finding has ended.
   *
   * @param key {@code fingerprint|instance}, as in {@link DeliveredFinding#key}
   */
  default void gone(String key) {}

  /** Is told of a record that is no finding; reading goes on. By default it is logged. */
  default void bad(BadRecord record) {
    System.getLogger(FindingReader.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "skipped record %d of partition %d: %s"
                .formatted(record.offset(), record.partition(), record.reason()));
  }
}
