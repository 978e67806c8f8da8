package io.stranded.watch;

import io.stranded.timeline.Suspect;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers the groups of suspects that a heap dump has judged, so that none costs the target a
 * second pause: until it is time to prove it again, or until one with live threads in it has
 * doubled.
 */
final class JudgedGroups {
  private static final int MOST = 10_000;

  /**
   * What is known of a group.
   *
   * @param size its threads when it was judged
   * @param proven how many of them are leaked
   */
  record Judgement(int size, int proven, Instant at) {
    /** Whether every thread was leaked, so that what joins them is counted without a dump. */
    boolean whollyLeaked() {
      return proven >= size;
    }
  }

  private final Duration provenFor;
  private final Map<String, Judgement> groups =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Judgement> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Remembers nothing yet.
   *
   * @param provenFor after this time a group that is still there is judged again
   */
  JudgedGroups(Duration provenFor) {
    this.provenFor = provenFor;
  }

  /** Whether any of these needs a dump. */
  boolean callForDump(List<Suspect> suspects, Instant now) {
    return suspects.stream().anyMatch(suspect -> callsForDump(suspect, now));
  }

  private boolean callsForDump(Suspect suspect, Instant now) {
    Judgement judgement = groups.get(suspect.key());
    if (judgement == null) {
      return true;
    }
    int size = suspect.waits().size();
    if (!judgement.whollyLeaked() && size >= 2 * judgement.size()) {
      return true;
    }
    boolean worthIt = judgement.proven() > 0 || size > judgement.size();
    return worthIt && !now.isBefore(judgement.at().plus(provenFor));
  }

  /** Whether what joins this group is counted without a dump. */
  boolean isWhollyLeaked(String key) {
    Judgement judgement = groups.get(key);
    return judgement != null && judgement.whollyLeaked();
  }

  /** Notes what a dump has shown of a group. */
  void judged(String key, Judgement judgement) {
    groups.remove(key);
    groups.put(key, judgement);
  }

  /** All that is remembered, by key. */
  Map<String, Judgement> all() {
    return Map.copyOf(groups);
  }
}
