package io.stranded.fleet;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A leak in the JVMs of one service.
 *
 * @param jvms how many have it now
 * @param threads how many threads in them
 * @param firstSeen when it was first seen in this service
 * @param since the version it was first seen in; empty if that JVM did not say
 * @param versions how many JVMs of each version have it now; those that do not say under {@link
 *     #NO_VERSION}
 */
record ServiceShare(
    long jvms,
    long threads,
    Instant firstSeen,
    Optional<String> since,
    SortedMap<String, Long> versions) {
  /** Stands for the version of JVMs that do not say. */
  static final String NO_VERSION = "";

  ServiceShare {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /** A service that is seen for the first time, with nothing in it yet. */
  static ServiceShare since(Sighting first) {
    return new ServiceShare(
        0,
        0,
        Instant.ofEpochMilli(first.seenMillis()),
        Optional.ofNullable(first.version()),
        new TreeMap<>());
  }

  ServiceShare plus(Sighting sighting) {
    Instant seen = Instant.ofEpochMilli(sighting.seenMillis());
    boolean earlier = seen.isBefore(firstSeen);
    return new ServiceShare(
        jvms + 1,
        threads + sighting.threads(),
        earlier ? seen : firstSeen,
        earlier ? Optional.ofNullable(sighting.version()) : since,
        counted(versions, version(sighting), 1));
  }

  ServiceShare minus(Sighting sighting) {
    return new ServiceShare(
        jvms - 1,
        threads - sighting.threads(),
        firstSeen,
        since,
        counted(versions, version(sighting), -1));
  }

  /** The counts with one of them changed; none stays at 0. */
  static <K extends Comparable<K>> SortedMap<K, Long> counted(
      Map<K, Long> counts, K key, long change) {
    SortedMap<K, Long> changed = new TreeMap<>(counts);
    changed.merge(key, change, Long::sum);
    changed.values().removeIf(count -> count == 0);
    return changed;
  }

  private static String version(Sighting sighting) {
    return sighting.version() == null ? NO_VERSION : sighting.version();
  }
}
