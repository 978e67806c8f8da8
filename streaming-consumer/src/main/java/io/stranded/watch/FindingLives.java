package io.stranded.watch;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.Life;
import io.stranded.finding.Verdict;
import io.stranded.source.ThreadEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The open findings of one JVM, one for each kind of leak. Whatever becomes of one is told once:
 * each method that may change them returns those to report. Safe for use by several threads.
 */
final class FindingLives {
  private final Map<String, OpenFinding> open = new LinkedHashMap<>();

  /** The fingerprint under which each thread is open. */
  private final Map<Long, String> keys = new HashMap<>();

  private final Set<String> shrunk = new HashSet<>();

  /** Takes in what has happened to a thread. */
  synchronized void accept(ThreadEvent event) {
    if (event instanceof ThreadEvent.Ended ended) {
      remove(ended.threadId(), /* ranAgain= */ false);
    } else if (event instanceof ThreadEvent.Released released) {
      remove(released.threadId(), /* ranAgain= */ true);
    }
  }

  /** Takes out platform threads that are none of these. */
  synchronized void retain(Set<Long> platformThreads) {
    for (OpenFinding finding : open.values()) {
      for (FoundThread thread : finding.threads()) {
        if (!thread.virtual() && !platformThreads.contains(thread.id())) {
          remove(thread.id(), /* ranAgain= */ false);
        }
      }
    }
  }

  /** Takes in what a heap dump has shown, of each kind what is surest. */
  synchronized List<Finding> found(List<Finding> findings, Instant now) {
    List<Finding> news = new ArrayList<>();
    for (Finding finding : LeakKinds.surest(findings)) {
      seen(finding, now).ifPresent(news::add);
    }
    for (Map.Entry<String, OpenFinding> entry : List.copyOf(open.entrySet())) {
      if (entry.getValue().verdict() == Verdict.SUSPECT) {
        open.remove(entry.getKey());
        news.add(entry.getValue().resolved("a heap dump shows what can still end the wait"));
      }
    }
    return news;
  }

  /**
   * Takes in suspects for which there was no heap dump: known ones count when they have doubled,
   * those of a kind that a dump has judged do not count.
   */
  synchronized List<Finding> suspected(List<Finding> suspects, Instant now) {
    List<Finding> news = new ArrayList<>();
    for (Finding suspect : suspects) {
      OpenFinding known = open.get(suspect.fingerprint());
      boolean judged = suspect.threads().stream().anyMatch(thread -> isJudged(thread.id()));
      if (!judged && (known == null || suspect.count() >= 2 * known.reported())) {
        seen(suspect, now).ifPresent(news::add);
      }
    }
    return news;
  }

  /**
   * Takes in which threads events show at places where all are leaked. The threads of one finding
   * may be at several: those that were parked before the agent came are told of in other words.
   *
   * @return the findings that have doubled by that
   */
  synchronized List<Finding> counted(List<Set<Long>> places, Instant now) {
    Map<String, Integer> further = new LinkedHashMap<>();
    for (Set<Long> threads : places) {
      Map<String, Integer> known = new LinkedHashMap<>();
      threads.stream()
          .map(keys::get)
          .filter(key -> key != null)
          .forEach(key -> known.merge(key, 1, Integer::sum));
      int unknown = threads.size() - known.values().stream().mapToInt(Integer::intValue).sum();
      known.entrySet().stream()
          .max(Map.Entry.comparingByValue())
          .ifPresent(most -> further.merge(most.getKey(), unknown, Integer::sum));
    }
    List<Finding> news = new ArrayList<>();
    further.forEach(
        (key, count) -> {
          OpenFinding finding = open.get(key);
          if (finding != null && finding.counted(count, now)) {
            news.add(finding.at(Life.Stage.GROWN, count));
          }
        });
    return news;
  }

  /** Takes out the findings of which no thread waits any more. */
  synchronized List<Finding> resolved() {
    List<Finding> news = new ArrayList<>();
    for (String key : shrunk) {
      OpenFinding finding = open.get(key);
      if (finding != null && finding.count() == 0) {
        open.remove(key);
        news.add(finding.resolved("none of its threads waits there any more"));
      }
    }
    shrunk.clear();
    return news;
  }

  /** Takes out all: the JVM has ended, and every thread with it. */
  synchronized List<Finding> ended() {
    List<Finding> news = new ArrayList<>();
    open.values().forEach(finding -> news.add(finding.resolved("the JVM has ended")));
    open.clear();
    keys.clear();
    return news;
  }

  /** How many threads are in leaked findings. */
  synchronized long leaked() {
    return leakedFindings().mapToLong(OpenFinding::count).sum();
  }

  /** The threads of leaked findings. */
  synchronized Set<Long> leakedThreads() {
    return leakedFindings()
        .flatMap(finding -> finding.threads().stream())
        .map(FoundThread::id)
        .collect(Collectors.toSet());
  }

  private Stream<OpenFinding> leakedFindings() {
    return open.values().stream().filter(finding -> finding.verdict() == Verdict.LEAKED);
  }

  /** All that are open, with the number of threads that was last reported of each. */
  synchronized Map<Finding, Long> all() {
    Map<Finding, Long> all = new LinkedHashMap<>();
    open.values().forEach(finding -> all.put(finding.finding(), finding.reported()));
    return all;
  }

  /** Goes on with what an earlier run has left. */
  synchronized void restore(Finding finding, long reported) {
    String key = finding.fingerprint();
    open.put(key, OpenFinding.restored(finding, reported));
    finding.threads().forEach(thread -> keys.put(thread.id(), key));
    shrunk.add(key);
  }

  private Optional<Finding> seen(Finding finding, Instant now) {
    String key = finding.fingerprint();
    OpenFinding known = open.get(key);
    if (known != null && known.count() > 0 && LeakKinds.isSurer(known.finding(), finding)) {
      // What was proved stays so, whatever a later look at the same kind could not prove.
      return Optional.empty();
    }
    finding.threads().forEach(thread -> keys.put(thread.id(), key));
    if (known == null) {
      OpenFinding opened = OpenFinding.opened(finding, now);
      open.put(key, opened);
      return Optional.of(opened.at(Life.Stage.OPENED, 0));
    }
    return known.seen(finding, now) ? Optional.of(known.at(known.stage(), 0)) : Optional.empty();
  }

  private void remove(long threadId, boolean ranAgain) {
    String key = keys.remove(threadId);
    OpenFinding finding = key == null ? null : open.get(key);
    if (key != null && finding != null) {
      finding.remove(threadId, ranAgain);
      shrunk.add(key);
    }
  }

  private boolean isJudged(long threadId) {
    OpenFinding finding = open.get(keys.getOrDefault(threadId, ""));
    return finding != null && finding.verdict() != Verdict.SUSPECT;
  }
}
