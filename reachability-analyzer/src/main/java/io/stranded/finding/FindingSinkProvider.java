package io.stranded.finding;

import java.util.Map;
import java.util.Optional;

/** Makes {@link FindingSink}s; found by {@link java.util.ServiceLoader}. */
public interface FindingSinkProvider {
  /**
   * Opens a sink if the options ask for this kind.
   *
   * @param options settings by name, such as {@code kafka.bootstrap.servers}
   * @return empty if no option is this provider's
   * @throws IllegalArgumentException if an option is wrong; the message is one line that names it
   */
  Optional<FindingSink> open(Map<String, String> options);
}
