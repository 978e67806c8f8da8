package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.ThreadLived;
import io.stranded.internal.recording.RecordedFact.ThreadsCounted;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How many platform threads a JVM had when it was recorded last, whether or not they did anything:
 * as it counted them, as its last thread dump lists them, or as its events on all threads do.
 */
final class Population {
  /** Events on all threads are made at a time, nearly. */
  private static final Duration AT_A_TIME = Duration.ofSeconds(1);

  private final Set<Long> lived = new HashSet<>();
  private Instant livedAt = Instant.MIN;
  private Instant countedAt = Instant.MIN;
  private long counted;

  void lived(ThreadLived fact) {
    if (fact.at().isAfter(livedAt)) {
      if (livedAt.isBefore(fact.at().minus(AT_A_TIME))) {
        lived.clear();
      }
      livedAt = fact.at();
    }
    if (!fact.at().isBefore(livedAt.minus(AT_A_TIME))) {
      lived.add(fact.id());
    }
  }

  void counted(ThreadsCounted fact) {
    if (!fact.at().isBefore(countedAt)) {
      countedAt = fact.at();
      counted = fact.active();
    }
  }

  /** The number at the end; empty if there is neither count nor dump nor list. */
  Optional<Long> atTheEnd(DumpHistory dumps) {
    Instant dumped = dumps.lastAt().orElse(Instant.MIN);
    // The count leaves out a few threads that the JVM hides, so it goes first.
    if (countedAt.isAfter(Instant.MIN) && !countedAt.plus(AT_A_TIME).isBefore(dumped)) {
      return Optional.of(counted);
    }
    long listed = Math.max(dumps.last().size(), lived.size());
    return listed > 0 ? Optional.of(listed) : Optional.empty();
  }
}
