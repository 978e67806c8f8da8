package io.stranded.fleet;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which leak hurts most. */
enum Ranking {
  /** By the heap that a fix gives back. */
  PINNED,
  /** By JVMs. */
  JVMS,
  /** By threads. */
  THREADS;

  /**
   * The leaks in order, the worst first.
   *
   * @param withGone whether also those that no JVM has any more
   */
  List<Leak> of(Collection<Leak> leaks, boolean withGone) {
    return leaks.stream()
        .filter(leak -> withGone || leak.jvms() > 0)
        .sorted(
            Comparator.comparing(this::first)
                .thenComparing(Leak::pinnedBytes)
                .thenComparingLong(Leak::threads)
                .thenComparingLong(Leak::jvms)
                .reversed()
                .thenComparing(Leak::fingerprint))
        .toList();
  }

  private BigInteger first(Leak leak) {
    return switch (this) {
      case PINNED -> leak.pinnedBytes();
      case JVMS -> BigInteger.valueOf(leak.jvms());
      case THREADS -> BigInteger.valueOf(leak.threads());
    };
  }
}
