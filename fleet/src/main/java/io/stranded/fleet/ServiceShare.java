package io.stranded.fleet;

import java.time.Instant;
import java.util.Optional;

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
    long jvms, long threads, Instant firstSeen, Optional<String> since, BoundedCounts versions) {
  /** Stands for the version of JVMs that do not say. */
  static final String NO_VERSION = "";

  /** A service that is seen for the first time, with nothing in it yet. */
  static ServiceShare since(Sighting first) {
    return new ServiceShare(
        0,
        0,
        Instant.ofEpochMilli(first.firstMillis()),
        Optional.ofNullable(first.version()),
        BoundedCounts.NONE);
  }

  ServiceShare plus(Sighting sighting) {
    Instant seen = Instant.ofEpochMilli(sighting.firstMillis());
    boolean earlier = seen.isBefore(firstSeen);
    return new ServiceShare(
        jvms + 1,
        threads + sighting.threads(),
        earlier ? seen : firstSeen,
        earlier ? Optional.ofNullable(sighting.version()) : since,
        versions.plus(version(sighting), Bounds.VERSIONS));
  }

  ServiceShare minus(Sighting sighting) {
    return new ServiceShare(
        jvms - 1,
        threads - sighting.threads(),
        firstSeen,
        since,
        versions.minus(version(sighting)));
  }

  /** The share with no more than so many versions. */
  ServiceShare folded(int mostVersions) {
    return new ServiceShare(jvms, threads, firstSeen, since, versions.folded(mostVersions));
  }

  private static String version(Sighting sighting) {
    return sighting.version() == null ? NO_VERSION : sighting.version();
  }
}
