package io.stranded.internal.timeline;

import io.stranded.internal.source.ThreadEvent.Started;
import io.stranded.internal.trend.StartPlace;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who started the living threads, as far as it was told. Not safe for use by several threads.
 *
 * <p>After events were lost, a virtual thread may have ended unheard: its creator is still known,
 * but it does not count among the living any more.
 */
final class Creators {
  /** Creation stacks are kept for the youngest threads; a JVM with more has other troubles. */
  private static final int MOST_THREADS = 200_000;

  /** Stacks are shared by their threads; so many different ones are kept for sharing. */
  private static final int MOST_SHARED = 20_000;

  /** Threads that were started in the same way. */
  private record Creation(List<String> stack, StartPlace place, boolean virtual) {}

  /** What is the same of all that share a creation; the place, if the stack does not tell it. */
  private record Way(List<String> stack, String place, boolean virtual) {}

  private final Map<Long, Creation> living = new Bounded<>(MOST_THREADS);
  private final Map<Long, Creation> doubtful = new Bounded<>(MOST_THREADS);
  private final Map<Way, Creation> byWay = new Bounded<>(MOST_SHARED);

  /** A thread was started; nothing is kept if nobody told by whom. */
  void started(Started started) {
    if (!started.createdBy().isEmpty()) {
      living.put(started.threadId(), creation(started));
    }
  }

  void ended(long threadId) {
    living.remove(threadId);
    doubtful.remove(threadId);
  }

  /** Events were lost: of all others it is not known whether they live. */
  void retain(Set<Long> platformThreads) {
    living.forEach(
        (id, creation) -> {
          if (!platformThreads.contains(id)) {
            doubtful.put(id, creation);
          }
        });
    living.keySet().removeAll(doubtful.keySet());
  }

  /** Frames that started a thread, innermost first; empty if nobody told. */
  List<String> stackOf(long threadId) {
    Creation creation = living.getOrDefault(threadId, doubtful.get(threadId));
    return creation == null ? List.of() : creation.stack();
  }

  /** How many threads of each place live. */
  Map<StartPlace, Long> living() {
    return count(living.values());
  }

  /**
   * The threads that live and are none of these, by place.
   *
   * @param platformThreads those that do live, which of their ends may not be told yet
   */
  Map<StartPlace, Set<Long>> livingBut(Set<Long> others, Set<Long> platformThreads) {
    Map<StartPlace, Set<Long>> byPlace = new HashMap<>();
    living.forEach(
        (id, creation) -> {
          boolean lives = creation.virtual() || platformThreads.contains(id);
          if (lives && !others.contains(id)) {
            byPlace.computeIfAbsent(creation.place(), place -> new HashSet<>()).add(id);
          }
        });
    return byPlace;
  }

  /** How many of these threads each place has started; without those that do not count. */
  Map<StartPlace, Long> of(Collection<Long> threadIds) {
    return count(threadIds.stream().map(living::get).filter(c -> c != null).toList());
  }

  private static Map<StartPlace, Long> count(Collection<Creation> creations) {
    Map<StartPlace, Long> byPlace = new HashMap<>();
    creations.forEach(creation -> byPlace.merge(creation.place(), 1L, Long::sum));
    return byPlace;
  }

  private Creation creation(Started started) {
    Creation known = byWay.get(new Way(started.createdBy(), "", started.virtual()));
    if (known != null) {
      return known;
    }
    List<String> stack = List.copyOf(started.createdBy());
    StartPlace place = StartPlace.of(stack, started.name());
    String told = StartPlace.isToldBy(stack) ? "" : place.key();
    return byWay.computeIfAbsent(
        new Way(stack, told, started.virtual()),
        way -> new Creation(stack, place, started.virtual()));
  }
}
