package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadStarted;
import io.stranded.internal.recording.RecordedFact.ThreadsCounted;
import io.stranded.internal.trend.StartPlace;
import io.stranded.internal.trend.ThreadFlow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many threads each place of the application started, and how many of them ended, over time.
 *
 * <p>The JDK tells of virtual threads without their creators: these count only where the agent
 * tells of none.
 */
final class ThreadCensus {
  private static final int MOST_GROUPS = 5000;
  private static final int MOST_STACKS = 20_000;

  /** Of the JVM's own counts one a second is plenty; beyond this many, every second one goes. */
  private static final int MOST_COUNTS = 4096;

  private final Map<String, ThreadGroupFlow> groups = new LinkedHashMap<>();
  private final Map<List<String>, ThreadGroupFlow> byStack = new HashMap<>();
  private final ThreadGroupFlow others =
      new ThreadGroupFlow("other places", List.of(), new ThreadFlow());
  private final ThreadGroupFlow virtual =
      new ThreadGroupFlow("virtual threads", List.of(), new ThreadFlow());
  private final StartsAndEnds placed = new StartsAndEnds();
  private final StartsAndEnds unplaced = new StartsAndEnds();
  private final NavigableMap<Instant, Long> counts = new TreeMap<>();
  private boolean startsTold;
  private boolean agentTellsOfVirtual;

  void started(ThreadStarted fact) {
    if (fact.virtual() && !fact.byAgent()) {
      unplaced.start(fact.id(), fact.at(), virtual);
      return;
    }
    startsTold = true;
    if (WaitsByDesign.isStartedByJvm(fact.name(), fact.creator())) {
      return;
    }
    agentTellsOfVirtual |= fact.virtual();
    placed.start(fact.id(), fact.at(), group(fact));
  }

  void ended(ThreadEnded fact) {
    (fact.virtual() && !fact.byAgent() ? unplaced : placed).end(fact.id(), fact.at());
  }

  void counted(ThreadsCounted fact) {
    counts.put(fact.at(), fact.active());
    if (counts.size() > MOST_COUNTS) {
      boolean[] drop = {false};
      counts.keySet().removeIf(at -> drop[0] = !drop[0]);
    }
  }

  /** Whether the starts of platform threads were recorded. */
  boolean startsTold() {
    return startsTold;
  }

  /** Whether any virtual thread was told of. */
  boolean tellsOfVirtual() {
    return agentTellsOfVirtual || virtual.flow().started() > 0;
  }

  /** Whether the start of that thread was recorded, with its place. */
  boolean knowsStartOf(long id) {
    return placed.knowsStartOf(id);
  }

  /** The group of a thread that was started and has not ended. */
  Optional<ThreadGroupFlow> groupOf(long id) {
    Optional<ThreadGroupFlow> group = placed.groupOf(id);
    return group.isPresent() || agentTellsOfVirtual ? group : unplaced.groupOf(id);
  }

  /**
   * Whether the ends of such threads were recorded, so that it means something if there is none.
   */
  boolean tellsEndsOf(ThreadGroupFlow group) {
    return (group.equals(virtual) ? unplaced : placed).hasEnds();
  }

  /** Every group that had a start. */
  Collection<ThreadGroupFlow> groups() {
    List<ThreadGroupFlow> all = new ArrayList<>(groups.values());
    if (others.flow().started() > 0) {
      all.add(others);
    }
    if (!agentTellsOfVirtual && virtual.flow().started() > 0) {
      all.add(virtual);
    }
    return all;
  }

  /** The number of live platform threads as the JVM counted it, by time. */
  NavigableMap<Instant, Long> counts() {
    return counts;
  }

  /** When platform threads ended that are older than the recording. */
  List<Instant> endsOfOlder() {
    return placed.endsOfOlder();
  }

  private ThreadGroupFlow group(ThreadStarted fact) {
    ThreadGroupFlow known = byStack.get(fact.creator());
    if (known != null) {
      return known;
    }
    ThreadGroupFlow group = at(StartPlace.of(fact.creator(), fact.name()), fact.creator());
    if (StartPlace.isToldBy(fact.creator()) && byStack.size() < MOST_STACKS) {
      byStack.put(fact.creator(), group);
    }
    return group;
  }

  private ThreadGroupFlow at(StartPlace place, List<String> creator) {
    ThreadGroupFlow known = groups.get(place.key());
    if (known != null) {
      return known;
    }
    if (groups.size() >= MOST_GROUPS) {
      return others;
    }
    ThreadGroupFlow group =
        new ThreadGroupFlow(place.name(), List.copyOf(creator), new ThreadFlow());
    groups.put(place.key(), group);
    return group;
  }
}
