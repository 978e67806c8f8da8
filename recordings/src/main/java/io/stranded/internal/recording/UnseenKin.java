package io.stranded.internal.recording;

import io.stranded.internal.trend.StartPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Threads whose waits nobody saw, since they were started after the last thread dump, beside those
 * of a suspect group that came from the same place: they are one group.
 */
final class UnseenKin {
  /** Names that anyone's threads have. */
  private static final Pattern ANYONES =
      Pattern.compile("threads (without a name|named \"(Thread-#|pool-#-thread-#|#)\")");

  private final Map<ThreadGroupFlow, List<ThreadRecord>> byPlace = new HashMap<>();
  private final Map<String, List<ThreadRecord>> byName = new HashMap<>();
  private final Map<ThreadGroupFlow, Integer> seen = new HashMap<>();
  private final ThreadLedger ledger;

  UnseenKin(ThreadLedger ledger, OpenWaits waits) {
    this.ledger = ledger;
    for (ThreadRecord thread : ledger.alive()) {
      Optional<ThreadGroupFlow> group = ledger.census().groupOf(thread.id());
      if (ledger.knowsWaitsOf(thread) || waits.explains(thread.id())) {
        group.ifPresent(flow -> seen.merge(flow, 1, Integer::sum));
      } else if (thread.started()) {
        group.ifPresent(flow -> byPlace.computeIfAbsent(flow, f -> new ArrayList<>()).add(thread));
        byName.computeIfAbsent(nameOf(thread.name()), n -> new ArrayList<>()).add(thread);
      }
    }
  }

  /**
   * Those that belong to a group. They are of its place where most of the threads of that place
   * that were seen are in the group; of threads that are older than the recording only the name
   * tells.
   */
  List<ThreadRecord> of(List<Wait> group) {
    Map<ThreadGroupFlow, Integer> places = new HashMap<>();
    Map<String, Integer> names = new HashMap<>();
    for (Wait wait : group) {
      Optional<ThreadGroupFlow> place = ledger.census().groupOf(wait.id());
      place.ifPresent(flow -> places.merge(flow, 1, Integer::sum));
      if (place.isEmpty()) {
        names.merge(nameOf(wait.name()), 1, Integer::sum);
      }
    }
    List<ThreadRecord> kin = new ArrayList<>();
    places.forEach(
        (place, count) -> {
          if (2 * count > seen.getOrDefault(place, 0)) {
            kin.addAll(byPlace.getOrDefault(place, List.of()));
          }
        });
    names.forEach(
        (name, count) -> {
          if (2 * count > group.size() && !ANYONES.matcher(name).matches()) {
            byName.getOrDefault(name, List.of()).stream()
                .filter(thread -> !kin.contains(thread))
                .forEach(kin::add);
          }
        });
    return kin;
  }

  private static String nameOf(String thread) {
    return StartPlace.of(List.of(), thread).name();
  }
}
