package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.recording.WaitsByDesign;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.trend.StartPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Knows the places that start ever more threads of which none ends, and nothing else is known to
 * keep from that: neither an untimed wait nor any other cause.
 */
final class GrowingPlaces {
  private final GroupCounts counts;

  /** Who was in a finding of another cause before: what is told of them is told by that. */
  private final Set<Long> named = new HashSet<>();

  GrowingPlaces(Duration minAge) {
    this.counts = new GroupCounts(minAge);
  }

  /**
   * Takes in who lives, and tells of the places that start ever more.
   *
   * @param living the threads that are in no untimed wait, by the place that has started them
   * @param names those of the platform threads; the others are virtual
   * @param others what was found of other causes
   * @param createdBy frames that started a thread, innermost first
   */
  List<Finding> find(
      Instant now,
      Map<StartPlace, Set<Long>> living,
      Map<Long, String> names,
      List<Finding> others,
      LongFunction<List<String>> createdBy) {
    others.forEach(finding -> finding.threads().forEach(thread -> named.add(thread.id())));
    Set<Long> alive = new HashSet<>();
    Map<String, Set<Long>> groups = new HashMap<>();
    living.forEach(
        (place, threads) -> {
          alive.addAll(threads);
          Set<Long> unnamed = new HashSet<>(threads);
          unnamed.removeAll(named);
          unnamed.removeIf(
              id -> WaitsByDesign.isStartedByJvm(names.getOrDefault(id, ""), createdBy.apply(id)));
          if (!unnamed.isEmpty()) {
            groups.put(place.key(), unnamed);
          }
        });
    named.retainAll(alive);
    counts.sample(now, groups);
    List<Finding> findings = new ArrayList<>();
    living
        .keySet()
        .forEach(
            place ->
                Optional.ofNullable(groups.get(place.key()))
                    .filter(threads -> counts.risesBeyondBaseline(place.key(), threads.size()))
                    .ifPresent(threads -> findings.add(finding(place, threads, names, createdBy))));
    return findings;
  }

  private Finding finding(
      StartPlace place,
      Set<Long> threads,
      Map<Long, String> names,
      LongFunction<List<String>> createdBy) {
    List<FoundThread> found =
        threads.stream()
            .sorted()
            .map(
                id ->
                    new FoundThread(
                        names.getOrDefault(id, ""), id, !names.containsKey(id), Optional.empty()))
            .toList();
    FoundThread first = found.get(0);
    List<String> creator = createdBy.apply(first.id());
    return new Finding(
        Fingerprint.of(Cause.GROWING, "", creator, first.name(), /* origin= */ ""),
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.GROWING,
        "%d threads started at %s have not ended, and become more"
            .formatted(found.size(), place.name()),
        new SyncObject("", "unknown", Map.of()),
        found,
        /* pinnedBytes= */ 0,
        List.of(),
        creator,
        List.of(
            counts.words(place.key()) + "; none of them ended since they are counted",
            "none of them waits without a timeout: a thread dump tells what they do"));
  }
}
