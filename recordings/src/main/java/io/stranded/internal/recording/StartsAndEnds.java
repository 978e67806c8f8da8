package io.stranded.internal.recording;

import io.stranded.internal.trend.ThreadFlow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts and ends of threads by group. They may be told in any order, and twice: the first telling
 * counts.
 *
 * <p>Memory goes with the threads alive at a time; of one that has ended two bits are kept.
 */
final class StartsAndEnds {
  private final IdSet started = new IdSet();
  private final IdSet ended = new IdSet();
  private final Map<Long, ThreadGroupFlow> alive = new HashMap<>();
  private final Map<Long, Instant> endedBeforeStart = new HashMap<>();

  void start(long id, Instant at, ThreadGroupFlow group) {
    if (started.contains(id)) {
      return;
    }
    started.add(id);
    group.flow().started(at);
    Instant end = endedBeforeStart.remove(id);
    if (end != null) {
      group.flow().ended(end);
    } else {
      alive.put(id, group);
    }
  }

  void end(long id, Instant at) {
    if (ended.contains(id)) {
      return;
    }
    ended.add(id);
    ThreadGroupFlow group = alive.remove(id);
    if (group != null) {
      group.flow().ended(at);
    } else {
      endedBeforeStart.put(id, at);
    }
  }

  /** The group of a thread that was started and has not ended. */
  Optional<ThreadGroupFlow> groupOf(long id) {
    return Optional.ofNullable(alive.get(id));
  }

  /** When threads ended whose start was not told: they are older than the recording. */
  List<Instant> endsOfOlder() {
    return List.copyOf(endedBeforeStart.values());
  }

  /** Whether any end was told. */
  boolean hasEnds() {
    return !ended.isEmpty();
  }

  /** Whether the start of that thread was told. */
  boolean knowsStartOf(long id) {
    return started.contains(id);
  }

  /** A flow of all groups together. */
  static ThreadFlow together(Iterable<ThreadGroupFlow> groups) {
    ThreadFlow all = new ThreadFlow();
    groups.forEach(group -> all.add(group.flow()));
    return all;
  }
}
