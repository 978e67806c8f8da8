package io.stranded.fleet;

import io.stranded.kafka.KafkaSinkConfig;

/**
 * The topics that an application reads and writes.
 *
 * @param findings where findings come from
 * @param leaks where leaks go
 * @param deadLetters where records go that are no findings
 */
record FleetTopics(String findings, String leaks, String deadLetters) {
  /** The topic of leaks unless another is given. */
  static final String DEFAULT_LEAKS = "threadleak.leaks.v1";

  /** The topic of dead letters unless another is given. */
  static final String DEFAULT_DEAD_LETTERS = "threadleak.dead-letters.v1";

  /** The usual names. */
  static final FleetTopics DEFAULT =
      new FleetTopics(KafkaSinkConfig.DEFAULT_TOPIC, DEFAULT_LEAKS, DEFAULT_DEAD_LETTERS);

  /**
   * Checks that they are three.
   *
   * @throws IllegalArgumentException if two are the same
   */
  FleetTopics {
    if (findings.equals(leaks) || findings.equals(deadLetters) || leaks.equals(deadLetters)) {
      throw new IllegalArgumentException(
          "--topic, --leaks-topic and --dead-letter-topic must be three topics");
    }
  }
}
