package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.IoCall;
import io.stranded.internal.stack.Origins;
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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes findings of open waits, one for all that share a fingerprint, and of threads that become
 * ever more.
 *
 * <p>Workers of a pool, consumers of a queue and the like wait without a timeout by design whenever
 * there is nothing to do. They are suspects only where they are known to become more; workers of a
 * pool, which every server has, only where their pools do, too. Where the recording cannot tell,
 * they are counted: a threshold of time must not make idle threads suspects.
 */
final class Suspects {
  private static final int MOST_NOTES = 5;
  private static final String TIMER = "java.util.TimerThread.mainLoop";

  private final ThreadLedger ledger;
  private final TrendLimits limits;
  private final List<Finding> findings = new ArrayList<>();
  private final NavigableMap<Integer, List<String>> notes = new TreeMap<>();
  private int idleOrLeaked;
  private final Set<ThreadGroupFlow> explainedGroups = new HashSet<>();
  private final Set<Long> joined = new HashSet<>();

  private Suspects(ThreadLedger ledger, TrendLimits limits) {
    this.ledger = ledger;
    this.limits = limits;
  }

  /** The suspects of a ledger. */
  static Suspects among(OpenWaits waits, ThreadLedger ledger, TrendLimits limits) {
    Suspects suspects = new Suspects(ledger, limits);
    suspects.addWaits(waits);
    suspects.addGrowing(waits);
    suspects.findings.addAll(new OpenCalls().findings(ledger, limits));
    suspects.findings.addAll(new RecordedSpins(ledger).findings(ledger, limits));
    suspects.findings.sort(
        Comparator.comparingInt(Finding::count).reversed().thenComparing(Finding::fingerprint));
    return suspects;
  }

  /** Findings, most threads first. */
  List<Finding> findings() {
    return findings;
  }

  /** Who waits as is meant, one sentence for each kind, most threads first. */
  List<String> notes() {
    List<String> all = notes.values().stream().flatMap(List::stream).toList();
    List<String> shown = new ArrayList<>(all.subList(0, Math.min(MOST_NOTES, all.size())));
    if (all.size() > MOST_NOTES) {
      shown.add(
          Numbers.of(all.size() - MOST_NOTES, "more kind", "more kinds")
              + " of threads that wait as idle ones do");
    }
    return shown;
  }

  /** Number of threads that wait as idle ones do where nothing tells whether they become more. */
  int idleOrLeaked() {
    return idleOrLeaked;
  }

  /** Whether a finding speaks of all threads of the group. */
  boolean explains(ThreadGroupFlow group) {
    return explainedGroups.contains(group);
  }

  /** Whether a finding counts a thread whose wait is not known. */
  boolean counts(long thread) {
    return joined.contains(thread);
  }

  private void addWaits(OpenWaits open) {
    List<Wait> waits = open.suspects();
    UnseenKin unseen = new UnseenKin(ledger, open);
    LockOwners owners = new LockOwners(waits, ledger);
    Map<String, Cause> causes = new HashMap<>();
    Map<String, List<Wait>> groups = new LinkedHashMap<>();
    Origins origins = origins(waits);
    for (Wait wait : waits) {
      WaitSite site = siteOf(wait);
      Cause cause =
          owners
              .cause(wait)
              .or(() -> call(wait).map(call -> Cause.IO_WITHOUT_DEADLINE))
              .orElse(site.cause());
      String fingerprint =
          Fingerprint.of(cause, site.type(), wait.stack(), wait.name(), origins.of(awaited(wait)));
      causes.put(fingerprint, cause);
      groups.computeIfAbsent(fingerprint, f -> new ArrayList<>()).add(wait);
    }
    groups.forEach(
        (fingerprint, group) -> {
          Cause cause = causes.getOrDefault(fingerprint, Cause.SYNCHRONIZER_ABANDONED);
          Growth growth = Growth.of(group, ledger, limits);
          if (isSuspect(cause, group, growth)) {
            List<ThreadRecord> kin =
                unseen.of(group).stream().filter(thread -> joined.add(thread.id())).toList();
            Finding finding = finding(fingerprint, cause, group, kin, growth, owners);
            findings.add(finding.knownAs(aliases(cause, group.get(0), origins)));
          } else {
            unsuspected(cause, group, growth);
          }
        });
  }

  private static List<String> aliases(Cause cause, Wait wait, Origins origins) {
    return Fingerprint.aliases(
        cause, siteOf(wait).type(), wait.stack(), wait.name(), List.of(origins.of(awaited(wait))));
  }

  private static Origins origins(List<Wait> waits) {
    Origins origins = new Origins();
    for (Wait wait : waits) {
      String origin = Fingerprint.origin(wait.creator());
      if (wait.blocker().isEmpty()) {
        origins.ofMany(awaited(wait), origin);
      } else {
        origins.ofOne(awaited(wait), origin);
      }
    }
    return origins;
  }

  /** What a wait is for, or else its place. */
  private static String awaited(Wait wait) {
    return wait.blocker().isEmpty()
        ? String.join("\n", wait.stack())
        : wait.blockerType() + "@" + wait.blocker();
  }

  private void unsuspected(Cause cause, List<Wait> group, Growth growth) {
    String who = SuspectWords.idle(siteOf(group.get(0)).type(), group);
    String no = group.size() == 1 ? "no suspect" : "no suspects";
    if (cause == Cause.LOCK_NEVER_RELEASED || cause == Cause.PERMIT_NEVER_RELEASED) {
      String busy = cause == Cause.LOCK_NEVER_RELEASED ? "lock" : "semaphore";
      note(
          group,
          "%s in the last thread dump alone, as with any busy %s: %s".formatted(who, busy, no));
      return;
    }
    boolean unknown = growth.shape() == Shape.UNKNOWN;
    if (unknown) {
      idleOrLeaked += group.size();
    }
    note(
        group,
        "%s, %s; %s%s"
            .formatted(
                who,
                isCrowd(cause, group, growth)
                    ? "and none of so many has ended: consumers that are meant to be there, or"
                        + " forgotten ones, which a heap dump would tell"
                    : "as is usual where there is nothing to do: " + (unknown ? "not judged" : no),
                growth.words(),
                growth.shape().rises() ? ", all of one pool" : ""));
  }

  /** Whether the recording shows the start of so many that to be idle is no explanation. */
  private boolean isCrowd(Cause cause, List<Wait> group, Growth growth) {
    return growth.stayed() >= limits.leastWarning() && !isWorker(cause, group.get(0));
  }

  private void note(List<Wait> group, String note) {
    notes.computeIfAbsent(-group.size(), size -> new ArrayList<>()).add(note);
  }

  /** What a thread has asked of somebody outside: virtual ones park for that, as all clients do. */
  private static Optional<IoCall> call(Wait wait) {
    return IoCall.of(wait.stack()).filter(call -> !call.timed());
  }

  private boolean isUnanswered(Wait wait) {
    return call(wait).filter(IoCall::answer).isPresent()
        && wait.age().filter(age -> age.compareTo(limits.leastSpan()) >= 0).isPresent();
  }

  private boolean isSuspect(Cause cause, List<Wait> group, Growth growth) {
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
          growth.shape().rises();
      // Who merely listens is idle.
      case IO_WITHOUT_DEADLINE ->
          growth.shape().rises() || group.stream().anyMatch(this::isUnanswered);
      // Whatever is in use looks so for a moment.
      case LOCK_NEVER_RELEASED, PERMIT_NEVER_RELEASED ->
          growth.shape().rises()
              || group.stream().anyMatch(wait -> wait.source() != Wait.Source.LAST_DUMP);
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
      if (!waits.explains(thread.id()) && !counts(thread.id()) && !ledger.knowsWaitsOf(thread)) {
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
          // A pool that serves a little more than before has a few more, and they stay.
          if (growth.shape().rises() && threads.size() >= limits.leastWarning()) {
            explainedGroups.add(group);
            findings.add(growing(group, threads, growth));
          }
        });
  }

  private static Finding growing(ThreadGroupFlow group, List<FoundThread> threads, Growth growth) {
    return new Finding(
        Fingerprint.of(Cause.GROWING, "", group.creator(), threads.get(0).name(), /* origin= */ ""),
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.GROWING,
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
      String fingerprint,
      Cause cause,
      List<Wait> group,
      List<ThreadRecord> kin,
      Growth growth,
      LockOwners owners) {
    Wait first = group.get(0);
    String type = siteOf(first).type();
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        cause,
        SuspectWords.summary(cause, type, group),
        new SyncObject(type, kind(first), Map.of()),
        threads(group, kin),
        0,
        first.stack(),
        mostFrequentCreator(group),
        SuspectWords.evidence(cause, type, group, kin.size(), growth, owners, ledger));
  }

  private static List<FoundThread> threads(List<Wait> group, List<ThreadRecord> kin) {
    List<FoundThread> threads = new ArrayList<>();
    for (Wait wait : group) {
      threads.add(new FoundThread(wait.name(), wait.id(), wait.virtual(), wait.age()));
    }
    for (ThreadRecord thread : kin) {
      threads.add(new FoundThread(thread.name(), thread.id(), thread.virtual(), Optional.empty()));
    }
    return threads;
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
