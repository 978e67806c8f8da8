package io.stranded.fleet;

import java.math.BigInteger;
import java.time.Instant;

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
 * @param services its shares by service
 * @param place where it was, as last seen, and who created its threads, as last known
 */
record Leak(
    String fingerprint,
    long jvms,
    long threads,
    BigInteger pinnedBytes,
    BoundedCounts verdicts,
    Instant firstSeen,
    Instant lastSeen,
    String firstService,
    Services services,
    Place place) {

  /** A leak that is seen for the first time, with nothing in it yet. */
  static Leak first(String fingerprint, Sighting sighting, Place place) {
    return new Leak(
        fingerprint,
        0,
        0,
        BigInteger.ZERO,
        BoundedCounts.NONE,
        Instant.ofEpochMilli(sighting.firstMillis()),
        Instant.ofEpochMilli(sighting.seenMillis()),
        sighting.service(),
        Services.NONE,
        place);
  }

  /** The leak with one more JVM. */
  Leak plus(Sighting sighting, Place latest) {
    Instant begun = Instant.ofEpochMilli(sighting.firstMillis());
    Instant seen = Instant.ofEpochMilli(sighting.seenMillis());
    boolean earlier = begun.isBefore(firstSeen);
    boolean later = !seen.isBefore(lastSeen);
    String first = earlier ? sighting.service() : firstService;
    return new Leak(
        fingerprint,
        jvms + 1,
        threads + sighting.threads(),
        pinnedBytes.add(BigInteger.valueOf(sighting.pinnedBytes())),
        verdicts.plus(sighting.verdict(), Bounds.VERDICTS),
        earlier ? begun : firstSeen,
        later ? seen : lastSeen,
        first,
        services.plus(sighting, first),
        later ? latest.withCreatorOf(place) : place.withCreatorOf(latest));
  }

  /** The leak with one JVM less, which must have been added before. */
  Leak minus(Sighting sighting) {
    return new Leak(
        fingerprint,
        jvms - 1,
        threads - sighting.threads(),
        pinnedBytes.subtract(BigInteger.valueOf(sighting.pinnedBytes())),
        verdicts.minus(sighting.verdict()),
        firstSeen,
        lastSeen,
        firstService,
        services.minus(sighting),
        place);
  }

  /** The leak with as many names and frames as fit into so many bytes. Numbers stay. */
  Leak within(int bytes) {
    Leak smaller = this;
    for (int most = Bounds.SERVICES / 2;
        most > 0 && LeakJson.bytes(smaller).length > bytes;
        most /= 2) {
      smaller =
          new Leak(
              fingerprint,
              jvms,
              threads,
              pinnedBytes,
              verdicts,
              firstSeen,
              lastSeen,
              firstService,
              services.folded(most),
              place.within(bytes));
    }
    return smaller;
  }
}
