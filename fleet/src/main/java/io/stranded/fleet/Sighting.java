package io.stranded.fleet;

import io.stranded.finding.Target;
import io.stranded.finding.Verdict;
import io.stranded.kafka.DeliveredFinding;
import org.jspecify.annotations.Nullable;

/**
 * What counts of a finding: one leak in one JVM, as it stands now.
 *
 * @param id of the finding; a repeat has the same
 * @param seenMillis when the dump was made, in milliseconds since 1970
 * @param service the JVM's {@code service.name}
 * @param version the JVM's {@code service.version}, if it says
 * @param verdict how sure it is
 * @param threads how many of its threads are leaked here
 * @param pinnedBytes heap that these threads keep alive
 */
record Sighting(
    String id,
    long seenMillis,
    String service,
    @Nullable String version,
    Verdict verdict,
    long threads,
    long pinnedBytes) {
  /** Stands for the service of findings whose JVM is not known. */
  static final String UNKNOWN_SERVICE = "unknown";

  Sighting {
    if (threads < 0) {
      throw new IllegalArgumentException("count: must not be negative");
    }
    if (pinnedBytes < 0) {
      throw new IllegalArgumentException("pinnedBytes: must not be negative");
    }
  }

  static Sighting of(DeliveredFinding finding) {
    return new Sighting(
        finding.id(),
        finding.takenAt().toEpochMilli(),
        finding.target().map(Target::serviceName).orElse(UNKNOWN_SERVICE),
        finding.target().flatMap(Target::serviceVersion).orElse(null),
        finding.finding().verdict(),
        finding.threadCount(),
        finding.finding().pinnedBytes());
  }
}
