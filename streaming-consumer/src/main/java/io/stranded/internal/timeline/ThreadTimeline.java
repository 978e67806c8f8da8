package io.stranded.internal.timeline;

import io.stranded.internal.source.ThreadEvent;
import io.stranded.internal.trend.StartPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The threads of one JVM as its events tell them: who started them, and which waits are open. Holds
 * living threads only, however many have come and gone. Safe for use by several threads.
 */
public final class ThreadTimeline {
  /** Places are shared by their threads; so many different ones are kept for sharing. */
  private static final int MOST_SHARED = 20_000;

  /** Open waits that are held, a hundred bytes each; further ones are not looked at. */
  private static final int MOST_WAITS = 200_000;

  /** What is told from later than this is from before the clock was stepped back. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  private static final Comparator<OpenWait> LONGEST_FIRST =
      Comparator.comparing(OpenWait::since).thenComparingLong(OpenWait::threadId);

  private final Map<Long, OpenWait> waits = new HashMap<>();
  private final Creators creators = new Creators();
  private final Map<WaitPlace, WaitPlace> places = new Bounded<>(MOST_SHARED);
  private Instant toldUntil = Instant.MIN;
  private boolean gap;
  private boolean overflow;
  private long events;

  /** Takes in what has happened. */
  public synchronized void accept(ThreadEvent event) {
    events++;
    if (event instanceof ThreadEvent.Started started) {
      creators.started(started);
    } else if (event instanceof ThreadEvent.Waiting waiting) {
      if (!waiting.timed() && hasRoomFor(waiting.threadId())) {
        waits.put(
            waiting.threadId(),
            new OpenWait(
                waiting.threadId(),
                waiting.name(),
                waiting.virtual(),
                waiting.waitNumber(),
                waiting.since(),
                place(waiting)));
      }
    } else if (event instanceof ThreadEvent.Released released) {
      waits.remove(released.threadId());
    } else if (event instanceof ThreadEvent.Ended ended) {
      waits.remove(ended.threadId());
      creators.ended(ended.threadId());
    } else if (event instanceof ThreadEvent.Gap) {
      waits.clear();
      gap = true;
    } else if (event instanceof ThreadEvent.Told told
        && told.at().isAfter(toldUntil)
        && !told.at().isAfter(Instant.now().plus(CLOCK_SKEW))) {
      toldUntil = told.at();
      notifyAll();
    }
  }

  /** Groups of threads that have lost the given patience, in the order of their keys. */
  public synchronized List<Suspect> suspects(Patience patience, Instant now) {
    Instant latest = now.minus(patience.least());
    Map<String, List<OpenWait>> groups = new TreeMap<>();
    for (OpenWait wait : waits.values()) {
      if (!wait.since().isAfter(latest)) {
        groups.computeIfAbsent(wait.place().key(), key -> new ArrayList<>()).add(wait);
      }
    }
    List<Suspect> suspects = new ArrayList<>();
    groups.forEach(
        (key, members) -> {
          members.sort(LONGEST_FIRST);
          int count = patience.suspects(members, now);
          if (count > 0) {
            suspects.add(new Suspect(key, members.subList(0, count)));
          }
        });
    return suspects;
  }

  /** The open waits of these threads, by thread id. */
  public synchronized Map<Long, OpenWait> openWaits(Set<Long> threadIds) {
    Map<Long, OpenWait> open = new HashMap<>();
    for (Long id : threadIds) {
      OpenWait wait = waits.get(id);
      if (wait != null) {
        open.put(id, wait);
      }
    }
    return open;
  }

  /** How many waits are open. */
  public synchronized int openCount() {
    return waits.size();
  }

  /** How many events were taken in. */
  public synchronized long events() {
    return events;
  }

  /** Everything that happened before this has been told. */
  public synchronized Instant toldUntil() {
    return toldUntil;
  }

  /** Trusts no time that was told so far: the clock was stepped. */
  public synchronized void forgetTime() {
    toldUntil = Instant.MIN;
  }

  /** Whether waits were left out, since more were open than are held, since this was last asked. */
  public synchronized boolean takeOverflow() {
    boolean was = overflow;
    overflow = false;
    return was;
  }

  /** Whether events were lost since this was last asked. */
  public synchronized boolean takeGap() {
    boolean was = gap;
    gap = false;
    return was;
  }

  /** Frames that started a thread, innermost first; empty if nobody told. */
  public synchronized List<String> createdBy(long threadId) {
    return creators.stackOf(threadId);
  }

  /** How many living threads each place has started, as far as that was told. */
  public synchronized Map<StartPlace, Long> livingByPlace() {
    return creators.living();
  }

  /** How many threads with an open wait each place has started, as far as that was told. */
  public synchronized Map<StartPlace, Long> waitingByPlace() {
    return creators.of(waits.keySet());
  }

  /**
   * The living threads without an open wait by the place that has started them, if it was told.
   *
   * @param platformThreads those that were just seen; of others the end may not be told yet
   */
  public synchronized Map<StartPlace, Set<Long>> activeByPlace(Set<Long> platformThreads) {
    return creators.livingBut(waits.keySet(), platformThreads);
  }

  /** How many of these threads each place has started, as far as that was told. */
  public synchronized Map<StartPlace, Long> byPlace(Collection<Long> threadIds) {
    return creators.of(threadIds);
  }

  /** Takes in, after events were lost, which platform threads live. */
  public synchronized void retain(Set<Long> platformThreads) {
    creators.retain(platformThreads);
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

  private boolean hasRoomFor(long threadId) {
    boolean room = waits.size() < MOST_WAITS || waits.containsKey(threadId);
    overflow |= !room;
    return room;
  }

  private WaitPlace place(ThreadEvent.Waiting waiting) {
    WaitPlace known = places.get(new WaitPlace(waiting.blockerClass(), waiting.stack(), ""));
    if (known == null) {
      known = WaitPlace.of(waiting.blockerClass(), waiting.stack());
      places.put(new WaitPlace(waiting.blockerClass(), known.stack(), ""), known);
    }
    return known;
  }
}
