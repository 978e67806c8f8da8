package io.stranded.watch;

import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Remembers the groups of suspects that were judged, so that none costs the target a second heap
 * dump: until it is time to prove it again, or until as many threads have joined it as were judged.
 * Those that joined may be healthy even where all others are leaked.
 */
final class JudgedGroups {
  private static final int MOST = 10_000;

  /**
   * What is known of a group.
   *
   * @param size its threads when it was judged
   * @param proven how many of them are leaked
   */
  record Judgement(int size, int proven, Instant at) {}

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

  /**
   * Whether any of these needs a dump.
   *
   * @param leaked threads that are known to be leaked
   */
  boolean callForDump(List<Suspect> suspects, Set<Long> leaked, Instant now) {
    return suspects.stream().anyMatch(suspect -> callsForDump(suspect, leaked, now));
  }

  /** How many threads the next dump is to judge. */
  long unjudged(List<Suspect> suspects, Set<Long> leaked) {
    return suspects.stream().mapToLong(suspect -> joined(suspect, leaked).size()).sum();
  }

  private boolean callsForDump(Suspect suspect, Set<Long> leaked, Instant now) {
    Judgement judgement = groups.get(suspect.key());
    int joined = joined(suspect, leaked).size();
    if (judgement == null || joined >= judgement.size()) {
      return true;
    }
    boolean worthIt = judgement.proven() > 0 || joined > 0;
    return worthIt && !now.isBefore(judgement.at().plus(provenFor));
  }

  /**
   * The threads of a group that no dump has judged: as many as there are more, without the leaked
   * ones, than when one did, and the youngest.
   *
   * @param leaked threads that are known to be leaked
   */
  Set<Long> joined(Suspect suspect, Set<Long> leaked) {
    List<Long> others =
        suspect.waits().stream()
            .map(OpenWait::threadId)
            .filter(id -> !leaked.contains(id))
            .toList();
    Judgement judgement = groups.get(suspect.key());
    int judgedLive = judgement == null ? 0 : judgement.size() - judgement.proven();
    return Set.copyOf(others.subList(Math.min(judgedLive, others.size()), others.size()));
  }

  /** Whether a group was judged. */
  boolean knows(Suspect suspect) {
    return groups.containsKey(suspect.key());
  }

  /** Forgets what a dump has shown of a group: it is to be judged by the next one. */
  void forget(String key) {
    groups.remove(key);
  }

  /** Notes what a dump has shown of a group. */
  void judged(String key, Judgement judgement) {
    groups.remove(key);
    groups.put(key, judgement);
  }

  /**
   * Notes what was shown of a group.
   *
   * @param leaked threads that are known to be leaked by now
   */
  void judged(Suspect suspect, Set<Long> leaked, Instant at) {
    List<OpenWait> waits = suspect.waits();
    int proven = (int) waits.stream().filter(wait -> leaked.contains(wait.threadId())).count();
    judged(suspect.key(), new Judgement(waits.size(), proven, at));
  }

  /** All that is remembered, by key. */
  Map<String, Judgement> all() {
    return Map.copyOf(groups);
  }
}
