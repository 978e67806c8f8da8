package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.WaitSite;
import io.stranded.internal.trend.Shape;
import io.stranded.internal.trend.TrendLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes findings of open waits, one for all that share a fingerprint, and of threads that become
 * ever more.
 *
 * <p>Workers of a pool, consumers of a queue and the like wait without a timeout by design whenever
 * there is nothing to do. They are suspects only where they become more, or where the recording
 * cannot tell; workers of a pool, which every server has, only where they and their pools are known
 * to become more.
 */
final class Suspects {
  private static final int MOST_NOTES = 5;
  private static final String TIMER = "java.util.TimerThread.mainLoop";

  private final ThreadLedger ledger;
  private final TrendLimits limits;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<ThreadGroupFlow> explainedGroups = new HashSet<>();

  private Suspects(ThreadLedger ledger, TrendLimits limits) {
    this.ledger = ledger;
    this.limits = limits;
  }

  /** The suspects of a ledger. */
  static Suspects among(OpenWaits waits, ThreadLedger ledger, TrendLimits limits) {
    Suspects suspects = new Suspects(ledger, limits);
    suspects.addWaits(waits.suspects());
    suspects.addGrowing(waits);
    suspects.findings.sort(
        Comparator.comparingInt(Finding::count).reversed().thenComparing(Finding::fingerprint));
    return suspects;
  }

  /** Findings, most threads first. */
  List<Finding> findings() {
    return findings;
  }

  /** Who waits as is meant, one sentence for each kind. */
  List<String> notes() {
    List<String> shown = new ArrayList<>(notes.subList(0, Math.min(MOST_NOTES, notes.size())));
    if (notes.size() > MOST_NOTES) {
      shown.add("%d more kinds of threads idle by design".formatted(notes.size() - MOST_NOTES));
    }
    return shown;
  }

  /** Whether a finding speaks of all threads of the group. */
  boolean explains(ThreadGroupFlow group) {
    return explainedGroups.contains(group);
  }

  private void addWaits(List<Wait> waits) {
    LockOwners owners = new LockOwners(waits, ledger);
    Map<String, Cause> causes = new HashMap<>();
    Map<String, List<Wait>> groups = new LinkedHashMap<>();
    for (Wait wait : waits) {
      WaitSite site = siteOf(wait);
      Cause cause = owners.cause(wait).orElse(site.cause());
      String fingerprint = Fingerprint.of(cause, site.type(), wait.stack(), wait.name());
      causes.put(fingerprint, cause);
      groups.computeIfAbsent(fingerprint, f -> new ArrayList<>()).add(wait);
    }
    groups.forEach(
        (fingerprint, group) -> {
          Cause cause = causes.getOrDefault(fingerprint, Cause.SYNCHRONIZER_ABANDONED);
          Growth growth = Growth.of(group, ledger, limits);
          if (isSuspect(cause, group, growth)) {
            findings.add(finding(fingerprint, cause, group, growth, owners));
          } else {
            notes.add(
                "%s, as is usual where there is nothing to do: no %s; %s%s"
                    .formatted(
                        SuspectWords.idle(siteOf(group.get(0)).type(), group),
                        group.size() == 1 ? "suspect" : "suspects",
                        growth.words(),
                        growth.shape().rises() ? ", all of one pool" : ""));
          }
        });
  }

  private static boolean isSuspect(Cause cause, List<Wait> group, Growth growth) {
    if (isWorker(cause, group.get(0))) {
      return growth.shape().rises() && pools(group) > 1;
    }
    return switch (cause) {
      case QUEUE_CONSUMER_ABANDONED,
          RENDEZVOUS_PARTNER_MISSING,
          CONDITION_NEVER_SIGNALLED,
          MONITOR_NEVER_NOTIFIED,
          BARE_PARK,
          SYNCHRONIZER_ABANDONED ->
          growth.shape() == Shape.UNKNOWN || growth.shape().rises();
      default -> true;
    };
  }

  private static boolean isWorker(Cause cause, Wait wait) {
    return cause == Cause.ORPHANED_POOL_WORKER
        || wait.stack().stream()
            .map(Frames::method)
            .anyMatch(
                method -> method.endsWith("ThreadPoolExecutor.getTask") || method.equals(TIMER));
  }

  /** Each pool has a queue of its own; a pool that is being filled is one. */
  private static long pools(List<Wait> group) {
    return group.stream().anyMatch(wait -> wait.blocker().isEmpty())
        ? group.size()
        : group.stream().map(Wait::blocker).distinct().count();
  }

  /** Threads of which nothing is known but that there are more and more of them. */
  private void addGrowing(OpenWaits waits) {
    Map<ThreadGroupFlow, List<FoundThread>> unexplained = new LinkedHashMap<>();
    for (ThreadRecord thread : ledger.alive()) {
      if (!waits.explains(thread.id()) && !ledger.knowsWaitsOf(thread)) {
        ledger
            .census()
            .groupOf(thread.id())
            .filter(group -> ledger.census().tellsEndsOf(group))
            .ifPresent(
                group ->
                    unexplained
                        .computeIfAbsent(group, g -> new ArrayList<>())
                        .add(
                            new FoundThread(
                                thread.name(), thread.id(), thread.virtual(), Optional.empty())));
      }
    }
    unexplained.forEach(
        (group, threads) -> {
          Growth growth = Growth.of(List.of(group), ledger, limits);
          if (growth.shape().rises() && threads.size() >= limits.leastRise()) {
            explainedGroups.add(group);
            findings.add(growing(group, threads, growth));
          }
        });
  }

  private static Finding growing(ThreadGroupFlow group, List<FoundThread> threads, Growth growth) {
    return new Finding(
        Fingerprint.of(Cause.THREADS_NEVER_ENDED, "", group.creator(), threads.get(0).name()),
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.THREADS_NEVER_ENDED,
        "%d threads started at %s had not ended when the recording did, and become more"
            .formatted(threads.size(), group.name()),
        new SyncObject("", "unknown", Map.of()),
        threads,
        0,
        List.of(),
        group.creator(),
        List.of(
            growth.words(),
            "the recording does not tell what they do: a thread dump or a heap dump would"));
  }

  private Finding finding(
      String fingerprint, Cause cause, List<Wait> group, Growth growth, LockOwners owners) {
    Wait first = group.get(0);
    String type = siteOf(first).type();
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        cause,
        SuspectWords.summary(cause, type, group),
        new SyncObject(type, kind(first), Map.of()),
        group.stream()
            .map(wait -> new FoundThread(wait.name(), wait.id(), wait.virtual(), wait.age()))
            .toList(),
        0,
        first.stack(),
        mostFrequentCreator(group),
        SuspectWords.evidence(cause, type, group, growth, owners, ledger));
  }

  private static WaitSite siteOf(Wait wait) {
    return WaitSite.of(wait.blockerType(), wait.stack());
  }

  private static String kind(Wait wait) {
    return switch (wait.kind()) {
      case "monitor" -> "monitor-enter";
      case "wait" ->
          wait.stack().stream()
                  .limit(5)
                  .anyMatch(frame -> Frames.method(frame).equals("java.lang.Thread.join"))
              ? "join"
              : "monitor-wait";
      case "park" -> {
        if (wait.blockerType().isEmpty()) {
          yield "bare-park";
        }
        yield wait.owner().isPresent() ? "lock" : "parked";
      }
      default -> "unknown";
    };
  }

  private static List<String> mostFrequentCreator(List<Wait> group) {
    Map<List<String>, Integer> counts = new LinkedHashMap<>();
    for (Wait wait : group) {
      if (!wait.creator().isEmpty()) {
        counts.merge(wait.creator(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(List.of());
  }
}
