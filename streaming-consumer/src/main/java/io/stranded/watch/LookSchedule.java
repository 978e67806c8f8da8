package io.stranded.watch;

import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says which groups of suspects are worth another snapshot. A snapshot may take a leaked thread for
 * live, since some word on a stack looks like a reference; so groups that live are looked at again,
 * after twice as long each time.
 */
final class LookSchedule {
  /** A group of which some are new is looked at again after so long at the latest. */
  static final Duration LONGEST_FOR_NEW = Duration.ofSeconds(30);

  /** A group that has not changed is. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final int MOST_GROUPS = 10_000;
  private static final int MOST_DOUBLINGS = 20;

  /**
   * The last look at a group.
   *
   * @param waits which wait each of its threads was in
   * @param times how many looks in a row have found nothing new
   * @param leaked how many of them were known to be leaked afterwards
   */
  private record Look(Map<Long, Long> waits, int times, long leaked, long nanos) {}

  private final Duration interval;
  private final Duration provenFor;
  private final Map<String, Look> looks =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Look> eldest) {
          return size() > MOST_GROUPS;
        }
      };

  /**
   * Nothing was looked at yet.
   *
   * @param interval least time between two looks at a group
   * @param provenFor after this time a group is looked at again in any case
   */
  LookSchedule(Duration interval, Duration provenFor) {
    this.interval = interval;
    this.provenFor = provenFor;
  }

  /**
   * Whether any of these is to be looked at now.
   *
   * @param leaked threads that are known to be leaked
   * @param nanos the time, by {@link System#nanoTime}
   */
  boolean isDue(List<Suspect> suspects, Set<Long> leaked, long nanos) {
    return suspects.stream().anyMatch(suspect -> isDue(suspect, leaked, nanos));
  }

  private boolean isDue(Suspect suspect, Set<Long> leaked, long nanos) {
    Look last = looks.get(suspect.key());
    if (last == null) {
      return true;
    }
    boolean open = false;
    boolean fresh = false;
    for (OpenWait wait : suspect.waits()) {
      if (!leaked.contains(wait.threadId())) {
        open = true;
        Long judged = last.waits().get(wait.threadId());
        fresh |= judged == null || judged != wait.waitNumber();
      }
    }
    return nanos - last.nanos() >= rest(last, open, fresh).toNanos();
  }

  private Duration rest(Look last, boolean open, boolean fresh) {
    if (!open) {
      return provenFor;
    }
    if (fresh && last.leaked() > 0) {
      // Where some are leaked, others are likely to be.
      return interval;
    }
    Duration longest = shorter(fresh ? LONGEST_FOR_NEW : LONGEST, provenFor);
    return shorter(interval.multipliedBy(1L << Math.min(last.times(), MOST_DOUBLINGS)), longest);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /**
   * Notes that a group was looked at.
   *
   * @param leaked threads that are known to be leaked by now
   */
  void looked(Suspect suspect, Set<Long> leaked, long nanos) {
    Map<Long, Long> waits = new HashMap<>();
    suspect.waits().forEach(wait -> waits.put(wait.threadId(), wait.waitNumber()));
    long now = waits.keySet().stream().filter(leaked::contains).count();
    Look last = looks.remove(suspect.key());
    boolean news = last == null || now > last.leaked();
    looks.put(suspect.key(), new Look(waits, news ? 0 : last.times() + 1, now, nanos));
  }
}
