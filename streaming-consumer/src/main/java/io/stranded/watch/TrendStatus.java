package io.stranded.watch;

import io.stranded.internal.trend.Level;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How the numbers of a JVM's threads stand, beside what was usual after the start.
 *
 * @param at when they were counted
 * @param all all threads; of those that live, platform threads only
 * @param places the threads of the largest places that start them, by what they are called; of
 *     these, only threads whose start was told
 */
public record TrendStatus(Instant at, Numbers all, Map<String, Numbers> places) {
  /**
   * Numbers of some threads.
   *
   * @param level how far the count that is farthest above its baseline is
   * @param baseline once it is known
   */
  public record Numbers(Level level, Counted now, Optional<Counted> baseline) {}
}
