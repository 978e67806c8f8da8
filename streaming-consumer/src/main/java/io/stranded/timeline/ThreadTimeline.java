package io.stranded.timeline;

import io.stranded.source.ThreadEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The threads of one JVM as its events tell them: who started them, and which waits are open. Holds
 * living threads only. Safe for use by several threads.
 */
public final class ThreadTimeline {
  /** Creation stacks are kept for the youngest threads; a JVM with more has other troubles. */
  private static final int MOST_CREATORS = 200_000;

  private final Map<Long, OpenWait> waits = new HashMap<>();
  private final Map<Long, List<String>> creators =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<String>> eldest) {
          return size() > MOST_CREATORS;
        }
      };
  private final Map<List<String>, List<String>> stacks = new HashMap<>();
  private Instant toldUntil = Instant.MIN;

  /** Takes in what has happened. */
  public synchronized void accept(ThreadEvent event) {
    if (event instanceof ThreadEvent.Started started) {
      if (!started.createdBy().isEmpty()) {
        creators.put(started.threadId(), shared(started.createdBy()));
      }
    } else if (event instanceof ThreadEvent.Waiting waiting) {
      if (!waiting.timed()) {
        waits.put(
            waiting.threadId(),
            new OpenWait(
                waiting.threadId(),
                waiting.waitNumber(),
                waiting.since(),
                waiting.blockerClass(),
                shared(waiting.stack())));
      }
    } else if (event instanceof ThreadEvent.Released released) {
      waits.remove(released.threadId());
    } else if (event instanceof ThreadEvent.Ended ended) {
      waits.remove(ended.threadId());
      creators.remove(ended.threadId());
    } else if (event instanceof ThreadEvent.Gap) {
      waits.clear();
    } else if (event instanceof ThreadEvent.Told told && told.at().isAfter(toldUntil)) {
      toldUntil = told.at();
      notifyAll();
    }
  }

  /** Groups of threads that had been in one wait for the given time, in the order of their keys. */
  public synchronized List<Suspect> suspects(Instant waitingSince) {
    Map<String, List<OpenWait>> groups = new TreeMap<>();
    for (OpenWait wait : waits.values()) {
      if (!wait.since().isAfter(waitingSince)) {
        groups.computeIfAbsent(Suspect.key(wait), key -> new ArrayList<>()).add(wait);
      }
    }
    List<Suspect> suspects = new ArrayList<>();
    groups.forEach(
        (key, members) -> {
          members.sort(Comparator.comparing(OpenWait::since).thenComparingLong(OpenWait::threadId));
          suspects.add(new Suspect(key, members));
        });
    return suspects;
  }

  /** The open wait of a thread. */
  public synchronized Optional<OpenWait> openWait(long threadId) {
    return Optional.ofNullable(waits.get(threadId));
  }

  /** Every open wait, by thread id. */
  public synchronized Map<Long, OpenWait> openWaits() {
    return Map.copyOf(waits);
  }

  /** Frames that started a thread, innermost first; empty if nobody told. */
  public synchronized List<String> createdBy(long threadId) {
    return creators.getOrDefault(threadId, List.of());
  }

  /**
   * Waits until everything that happened before the given time has been told.
   *
   * @return false if that did not come within the given time
   */
  public synchronized boolean awaitTold(Instant until, long patienceMillis)
      throws InterruptedException {
    long deadline = System.nanoTime() + patienceMillis * 1_000_000;
    while (toldUntil.isBefore(until)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Thousands of threads are started at the same few places. */
  private List<String> shared(List<String> stack) {
    if (stacks.size() > MOST_CREATORS) {
      stacks.clear();
    }
    return stacks.computeIfAbsent(stack, List::copyOf);
  }
}
