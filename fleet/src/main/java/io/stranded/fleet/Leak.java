package io.stranded.fleet;

import io.stranded.finding.Verdict;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One leak over all JVMs. The numbers are of now; when, where and since which version it was first
 * seen stays, also when no JVM has it any more.
 *
 * @param fingerprint of the findings that were added up
 * @param jvms how many JVMs have it
 * @param threads how many threads in them
 * @param pinnedBytes heap that these threads keep alive
 * @param verdicts how many JVMs by how sure it is there
 * @param firstSeen time of the earliest finding
 * @param lastSeen time of the latest finding
 * @param firstService the service of the earliest finding
 * @param services its shares, by {@code service.name}: each service it was ever seen in
 * @param place where it was, as last seen
 */
record Leak(
    String fingerprint,
    long jvms,
    long threads,
    long pinnedBytes,
    SortedMap<Verdict, Long> verdicts,
    Instant firstSeen,
    Instant lastSeen,
    String firstService,
    SortedMap<String, ServiceShare> services,
    Place place) {
  Leak {
    verdicts = Collections.unmodifiableSortedMap(new TreeMap<>(verdicts));
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  /** A leak that is seen for the first time, with nothing in it yet. */
  static Leak first(String fingerprint, Sighting sighting, Place place) {
    Instant seen = Instant.ofEpochMilli(sighting.seenMillis());
    return new Leak(
        fingerprint,
        0,
        0,
        0,
        new TreeMap<>(),
        seen,
        seen,
        sighting.service(),
        new TreeMap<>(),
        place);
  }

  /** The leak with one more JVM. */
  Leak plus(Sighting sighting, Place latest) {
    Instant seen = Instant.ofEpochMilli(sighting.seenMillis());
    SortedMap<String, ServiceShare> shares = new TreeMap<>(services);
    shares.put(
        sighting.service(),
        services.getOrDefault(sighting.service(), ServiceShare.since(sighting)).plus(sighting));
    boolean earlier = seen.isBefore(firstSeen);
    boolean later = !seen.isBefore(lastSeen);
    return new Leak(
        fingerprint,
        jvms + 1,
        threads + sighting.threads(),
        pinnedBytes + sighting.pinnedBytes(),
        ServiceShare.counted(verdicts, sighting.verdict(), 1),
        earlier ? seen : firstSeen,
        later ? seen : lastSeen,
        earlier ? sighting.service() : firstService,
        shares,
        later ? latest : place);
  }

  /** The leak with one JVM less, which must have been added before. */
  Leak minus(Sighting sighting) {
    SortedMap<String, ServiceShare> shares = new TreeMap<>(services);
    shares.computeIfPresent(sighting.service(), (name, share) -> share.minus(sighting));
    return new Leak(
        fingerprint,
        jvms - 1,
        threads - sighting.threads(),
        pinnedBytes - sighting.pinnedBytes(),
        ServiceShare.counted(verdicts, sighting.verdict(), -1),
        firstSeen,
        lastSeen,
        firstService,
        shares,
        place);
  }
}
