package io.stranded.internal.recording;

import io.stranded.finding.Target;
import io.stranded.internal.trend.Trend;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the numbers of a JVM's threads went in a recording.
 *
 * @param target the JVM, when known
 * @param start when the recording began
 * @param end when it ended
 * @param all all threads; platform threads only where the JVM's own count is in the recording
 * @param groups threads by the place they were started at, those that rise first, then most threads
 *     first
 * @param notes what the reader should know of the input
 */
public record TrendReport(
    Optional<Target> target,
    Instant start,
    Instant end,
    Trend all,
    List<Group> groups,
    List<String> notes) {
  /**
   * Threads that were started at one place.
   *
   * @param name the place
   * @param creator frames that started one of them, innermost first; empty if unknown
   * @param started number of threads started in the recording
   * @param ended number of those that ended
   */
  public record Group(String name, List<String> creator, long started, long ended, Trend trend) {}

  public TrendReport {
    groups = List.copyOf(groups);
    notes = List.copyOf(notes);
  }
}
