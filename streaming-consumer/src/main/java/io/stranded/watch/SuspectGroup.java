package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.stack.Fingerprint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Threads that do not get on for one cause at one place.
 *
 * @param type what they wait on, as users know it; may be empty
 * @param threads those that have done it longest first; at least one
 */
record SuspectGroup(Cause cause, String type, String fingerprint, List<SeenThread> threads) {
  SuspectGroup {
    threads =
        threads.stream()
            .sorted(Comparator.comparing(SeenThread::since).thenComparingLong(SeenThread::id))
            .toList();
  }

  /** All groups of these threads, which wait for nothing that has a type. */
  static List<SuspectGroup> of(Cause cause, Collection<SeenThread> threads) {
    return of(cause, threads, thread -> "");
  }

  /** All groups of these threads, each of which waits on something of a type. */
  static List<SuspectGroup> of(
      Cause cause, Collection<SeenThread> threads, Function<SeenThread, String> typeOf) {
    Map<String, List<SeenThread>> groups = new LinkedHashMap<>();
    for (SeenThread thread : threads) {
      String type = typeOf.apply(thread);
      groups
          .computeIfAbsent(
              Fingerprint.of(cause, type, thread.stack(), thread.name(), /* origin= */ ""),
              key -> new ArrayList<>())
          .add(thread);
    }
    return groups.entrySet().stream()
        .map(
            group ->
                new SuspectGroup(
                    cause, typeOf.apply(group.getValue().get(0)), group.getKey(), group.getValue()))
        .toList();
  }

  /** The thread that has done it longest. */
  SeenThread first() {
    return threads.get(0);
  }

  /** The finding of it. */
  Finding finding(SuspectLook look, String summary, String kind, List<String> evidence) {
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        cause,
        summary,
        new SyncObject(type, kind, Map.of()),
        threads.stream()
            .map(
                thread ->
                    new FoundThread(
                        thread.name(),
                        thread.id(),
                        thread.virtual(),
                        Optional.of(thread.age(look.now()))))
            .toList(),
        /* pinnedBytes= */ 0,
        first().stack(),
        createdBy(look),
        evidence);
  }

  /** How many they are, such as {@code 3 threads}, with the verb in its right form. */
  String who(String one, String several) {
    return threads.size() == 1 ? "1 thread " + one : threads.size() + " threads " + several;
  }

  /** For how long at least, such as {@code for 90 s and less}. */
  String age(SuspectLook look) {
    Duration longest = first().age(look.now());
    return "for " + longest.toSeconds() + " s" + (threads.size() == 1 ? "" : " and less");
  }

  /** Who holds what they wait on; empty if nobody has told, or they are in no such wait. */
  Optional<String> holder(SuspectLook look) {
    return threads.stream().map(look.heldBy()).flatMap(Optional::stream).findFirst();
  }

  private List<String> createdBy(SuspectLook look) {
    return threads.stream()
        .map(thread -> look.createdBy().apply(thread.id()))
        .filter(stack -> !stack.isEmpty())
        .findFirst()
        .orElse(List.of());
  }
}
