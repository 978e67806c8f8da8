package io.stranded.watch;

import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who holds what live threads wait on, as snapshots have shown: of each group of suspects the one
 * that waits longest is asked about, and once. Of findings whose threads are in no such wait, who
 * has the Thread of the first.
 */
final class Holders {
  /** The library tells no more at a time. */
  private static final int MOST_ASKED = 64;

  /**
   * What was told.
   *
   * @param since when the wait began, by which it is told from the thread's others
   * @param by the way from a root; empty if none was found
   */
  private record Held(Instant since, Optional<String> by) {}

  private final Map<Long, Held> known = new HashMap<>();

  /** The Threads that are asked about, by the fingerprint of the finding. */
  private Map<String, Long> followed = Map.of();

  /** What was told of these. */
  private final Map<String, Optional<String>> threads = new HashMap<>();

  /** Takes in of which threads it is asked who has them, by the fingerprint of the finding. */
  synchronized void follow(Map<String, Long> firsts) {
    followed = Map.copyOf(firsts);
    threads.keySet().retainAll(firsts.keySet());
  }

  /** Whether something is worth a snapshot that no wait would call for. */
  synchronized boolean isAsked() {
    return !threads.keySet().containsAll(followed.keySet());
  }

  /** Whether a snapshot has told of a finding, be it that nobody was found. */
  synchronized boolean isAnswered(String fingerprint) {
    return threads.containsKey(fingerprint);
  }

  /** Who has the Thread of the first of a finding. */
  synchronized Optional<String> ofThread(String fingerprint) {
    return threads.getOrDefault(fingerprint, Optional.empty());
  }

  /** The threads to ask about. */
  synchronized Set<Long> wanted(List<Suspect> suspects) {
    Set<Long> wanted = new HashSet<>();
    for (Suspect suspect : suspects) {
      OpenWait first = suspect.waits().get(0);
      Held held = known.get(first.threadId());
      boolean isKnown = held != null && held.since().equals(first.since());
      if (!isKnown && wanted.size() < MOST_ASKED) {
        wanted.add(first.threadId());
      }
    }
    followed.forEach(
        (fingerprint, thread) -> {
          if (!threads.containsKey(fingerprint) && wanted.size() < MOST_ASKED) {
            wanted.add(thread);
          }
        });
    return wanted;
  }

  /**
   * Takes in what a snapshot has told, and forgets whoever waits no more.
   *
   * @param asked who was asked about
   * @param ways the ways by thread, none of those that nothing reaches
   */
  synchronized void told(List<Suspect> suspects, Set<Long> asked, Map<Long, String> ways) {
    known.keySet().retainAll(Watched.ids(suspects));
    for (Suspect suspect : suspects) {
      OpenWait first = suspect.waits().get(0);
      if (asked.contains(first.threadId())) {
        known.put(
            first.threadId(),
            new Held(first.since(), Optional.ofNullable(ways.get(first.threadId()))));
      }
    }
    followed.forEach(
        (fingerprint, thread) -> {
          if (asked.contains(thread)) {
            threads.put(fingerprint, Optional.ofNullable(ways.get(thread)));
          }
        });
  }

  /** Who holds what a thread waits on, if it waits since then. */
  synchronized Optional<String> of(SeenThread thread) {
    return Optional.ofNullable(known.get(thread.id()))
        .filter(held -> held.since().equals(thread.since()))
        .flatMap(Held::by);
  }
}
