package io.stranded.fleet;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How large the records of an application may be. What a topic takes is for its owner to say, and
 * asking would need a right of its own: so this begins a little below Kafka's default of 1 MiB, and
 * is lowered when a topic has refused a record.
 */
final class RecordLimit {
  private static final int FIRST_BYTES = 900_000;
  private static final int LEAST_BYTES = 2000;

  private final AtomicInteger bytes = new AtomicInteger(FIRST_BYTES);

  /** Key, value and headers together, before compression. */
  int bytes() {
    return bytes.get();
  }

  /** Whether a topic has refused a record. */
  boolean isLowered() {
    return bytes.get() < FIRST_BYTES;
  }

  /** Halves it, and returns what it is now. */
  int lower() {
    return bytes.updateAndGet(now -> Math.max(LEAST_BYTES, now / 2));
  }
}
