package io.stranded.fleet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.finding.Verdict;
import io.stranded.kafka.DeliveredFinding;
import org.jspecify.annotations.Nullable;

/**
 * What counts of a finding: one leak in one JVM, as it stands now.
 *
 * @param id of the finding; a repeat has the same
 * @param seenMillis when the dump was made, in milliseconds since 1970
 * @param firstMillis when its JVM was first seen to have it, under whatever fingerprint; 0 where an
 *     earlier version has stored it, which kept only the other
 * @param service the JVM's {@code service.name}
 * @param version the JVM's {@code service.version}, if it says
 * @param verdict how sure it is, in the word of the finding; {@link #STUCK} if it is leaked unless
 *     somebody interrupts it
 * @param threads how many of its threads are leaked here
 * @param pinnedBytes heap that these threads keep alive
 */
record Sighting(
    String id,
    long seenMillis,
    long firstMillis,
    String service,
    @Nullable String version,
    String verdict,
    long threads,
    long pinnedBytes) {
  /** The word for what is leaked, but for an interrupt or a weak reference. */
  static final String STUCK = Standing.STUCK.name();

  /** Stands for the service of findings whose JVM is not known. */
  static final String UNKNOWN_SERVICE = "unknown";

  /** More are in no JVM; and sums of them do not overflow. */
  private static final long MOST_THREADS = Integer.MAX_VALUE;

  Sighting {
    firstMillis = firstMillis == 0 ? seenMillis : Math.min(firstMillis, seenMillis);
    service = Bounds.name(service);
    version = version == null ? null : Bounds.name(version);
  }

  /** Whether it is leaked but for an interrupt or a weak reference. */
  @JsonIgnore
  boolean isStuck() {
    return verdict.equals(STUCK);
  }

  /** The same with what is stuck at the same place of the same JVM: as sure as this one is. */
  Sighting with(Sighting stuck) {
    boolean isProved = verdict.equals(Verdict.LEAKED.name());
    return new Sighting(
        id,
        Math.max(seenMillis, stuck.seenMillis),
        Math.min(firstMillis, stuck.firstMillis),
        service,
        version,
        isProved ? verdict : stuck.verdict,
        Math.min(threads + stuck.threads, MOST_THREADS),
        pinnedBytes + Math.min(stuck.pinnedBytes, Long.MAX_VALUE - pinnedBytes));
  }

  /**
   * What counts of a finding that conforms to the schema.
   *
   * @throws IllegalArgumentException if it has more threads than can be; one line
   */
  static Sighting of(DeliveredFinding finding) {
    if (finding.threadCount() > MOST_THREADS) {
      throw new IllegalArgumentException("count: must not be more than " + MOST_THREADS);
    }
    return new Sighting(
        finding.id(),
        finding.takenAt().toEpochMilli(),
        finding.finding().life().map(Life::firstSeen).orElse(finding.takenAt()).toEpochMilli(),
        finding.target().map(Target::serviceName).orElse(UNKNOWN_SERVICE),
        finding.target().flatMap(Target::serviceVersion).orElse(null),
        finding.finding().standing() == Standing.STUCK ? STUCK : finding.verdict(),
        finding.threadCount(),
        finding.finding().pinnedBytes());
  }
}
