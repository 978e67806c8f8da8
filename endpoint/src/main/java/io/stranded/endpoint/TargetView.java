package io.stranded.endpoint;

import io.stranded.finding.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How things stand with one JVM.
 *
 * @param jvm which one it is
 * @param now its threads
 * @param stuck threads of findings that only an interrupt, or a weak reference, could end
 * @param baseline what was usual after the start; empty until that is known
 * @param level how far above that the count is that is farthest above it: 0 normal, 1 warning, 2
 *     critical
 * @param snapshots how often it was stopped for a snapshot, and for how long
 * @param dumps how often it was made to write a heap dump, and how long it stood still for it
 * @param events heard so far
 * @param toldUntil everything that happened before this has been heard; empty before the first
 */
public record TargetView(
    Target jvm,
    Threads now,
    long stuck,
    Optional<Threads> baseline,
    int level,
    Stops snapshots,
    Stops dumps,
    long events,
    Optional<Instant> toldUntil) {
  /**
   * Numbers of threads.
   *
   * @param live that live; platform threads only
   * @param parked in an untimed wait that was told of
   * @param suspect of those, the ones that have waited for too long
   * @param leaked of leaked findings
   */
  public record Threads(long live, long parked, long suspect, long leaked) {}

  /**
   * How a JVM was stopped.
   *
   * @param count how often
   * @param total for how long in all
   * @param longest for how long at most; empty where that is not known
   */
  public record Stops(long count, Duration total, Optional<Duration> longest) {}
}
