package io.stranded.fleet;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** What becomes of a record of the topic of findings. */
sealed interface Outcome {
  /**
   * A leak in one JVM has come, changed or gone.
   *
   * @param before what was known of it; null if it has come
   * @param now null if it has gone
   * @param place null if it has gone, or a part of it
   */
  record Change(@Nullable Sighting before, @Nullable Sighting now, @Nullable Place place)
      implements Outcome {}

  /** No finding; the record as it was. Why is in its headers. */
  record DeadLetter(@Nullable Bytes key, @Nullable Bytes value) implements Outcome {}
}
