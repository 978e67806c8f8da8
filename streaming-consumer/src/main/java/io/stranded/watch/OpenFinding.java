package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import io.stranded.finding.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A finding from its first report to the end of its threads. Used under its owner's lock. */
final class OpenFinding {
  /** Threads of one group that end one after the other are one change. */
  private static final Duration TOLD_AFTER = Duration.ofSeconds(10);

  /** Of what is not proved threads come and go. */
  private static final Duration UNPROVED_TOLD_AFTER = Duration.ofMinutes(1);

  /** A thread, and when it had waited for as long as it says. */
  private record Seen(FoundThread thread, Instant at) {
    FoundThread at(Instant later) {
      return thread.later(Duration.between(at, later));
    }
  }

  private final Instant firstSeen;
  private final Map<Long, Seen> threads = new LinkedHashMap<>();
  private Finding finding;
  private Instant lastSeen;
  private Told told;
  private Life.Stage stage = Life.Stage.OPENED;
  private boolean confirmed;
  private int released;
  private boolean elsewhere;
  private boolean renamed;

  /** Since when it has fewer threads than was told; null if it has not. */
  private @Nullable Instant fewerSince;

  /** Since when more wait than was told; null if they do not. */
  private @Nullable Instant moreSince;

  /**
   * What was last reported of it.
   *
   * @param threads its threads
   * @param waiting these, and those at the same place that no dump has judged
   */
  record Told(long threads, long waiting) {}

  private OpenFinding(Finding finding, Instant firstSeen, Instant lastSeen) {
    this.finding = finding;
    this.firstSeen = firstSeen;
    this.lastSeen = lastSeen;
    setThreads(finding, lastSeen);
    this.told = new Told(threads.size(), threads.size());
  }

  static OpenFinding opened(Finding finding, Instant now) {
    return new OpenFinding(finding, now, now);
  }

  /** What {@link #finding} of an earlier run gave. */
  static OpenFinding restored(Finding finding, Told told) {
    Life life = finding.life().orElseThrow();
    OpenFinding open = new OpenFinding(finding, life.firstSeen(), life.lastSeen());
    open.told = told;
    open.confirmed = life.stage() == Life.Stage.CONFIRMED;
    return open;
  }

  /**
   * Takes in what was seen of it now, and tells whether there is anything to report.
   *
   * @param whole whether threads of which this tells nothing are no longer part of it
   */
  boolean seen(Finding now, boolean whole, Instant at) {
    boolean more = !threads.keySet().containsAll(ids(now));
    boolean surer = LeakKinds.isSurer(now, finding);
    boolean kept = !whole && !surer && !ids(now).containsAll(threads.keySet());
    if (kept && !more) {
      lastSeen = at;
      if (confirmed) {
        return false;
      }
      confirmed = true;
      stage = Life.Stage.CONFIRMED;
      tell(threads.size());
      return true;
    }
    Map<Long, Seen> others = kept ? new LinkedHashMap<>(threads) : Map.of();
    // What the threads hold that this look does not show, they hold still.
    finding = kept ? now.pinning(Math.max(finding.pinnedBytes(), now.pinnedBytes())) : now;
    lastSeen = at;
    setThreads(now, at);
    others.forEach(threads::putIfAbsent);
    boolean fewer = threads.size() < told.threads;
    boolean news = more || fewer || surer || (!confirmed && now.verdict() != Verdict.SUSPECT);
    if (news) {
      boolean grown = threads.size() > told.threads;
      stage = stage(surer, grown, fewer);
      confirmed = stage == Life.Stage.CONFIRMED;
      tell(threads.size());
    }
    return news;
  }

  private static Life.Stage stage(boolean surer, boolean grown, boolean fewer) {
    if (surer || (!grown && !fewer)) {
      return Life.Stage.CONFIRMED;
    }
    return grown ? Life.Stage.GROWN : Life.Stage.SHRUNK;
  }

  private void tell(long waiting) {
    told = new Told(threads.size(), waiting);
    fewerSince = null;
    moreSince = null;
  }

  /**
   * Takes in how many threads have come to wait at the same place, judged by no dump.
   *
   * @param reason why there is none
   * @return the finding that says so, with the threads that it had, if that is due
   */
  Optional<Finding> joined(long more, String reason, Instant at) {
    return more > 0 && isGrowthDue(threads.size() + more, at)
        ? Optional.of(grown(more, reason))
        : Optional.empty();
  }

  /** The same where a dump may follow soon: a doubling is no reason not to wait for that. */
  Optional<Finding> waitedSince(long more, String reason, Instant at) {
    return more > 0 && isMoreForLong(threads.size() + more, at)
        ? Optional.of(grown(more, reason))
        : Optional.empty();
  }

  private Finding grown(long more, String reason) {
    tell(threads.size() + more);
    confirmed = false;
    List<String> evidence = new ArrayList<>(finding.evidence());
    evidence.add(
        "%d more %s at the same place, not yet judged: %s"
            .formatted(more, more == 1 ? "waits" : "wait", reason));
    return at(Life.Stage.GROWN).withEvidence(evidence);
  }

  /** Whether it is time to tell that so many wait: at once if they have doubled. */
  boolean isGrowthDue(long waiting, Instant at) {
    return isMoreForLong(waiting, at) || waiting >= 2 * told.waiting;
  }

  private boolean isMoreForLong(long waiting, Instant at) {
    if (waiting <= told.waiting) {
      moreSince = null;
      return false;
    }
    if (moreSince == null) {
      moreSince = at;
    }
    return !at.isBefore(moreSince.plus(UNPROVED_TOLD_AFTER));
  }

  /** Takes in the time, and tells whether it is due to report that it has fewer threads. */
  boolean isShrinkDue(Instant at) {
    if (threads.size() >= told.threads) {
      fewerSince = null;
      return false;
    }
    if (fewerSince == null) {
      fewerSince = at;
    }
    Duration after = verdict() == Verdict.LEAKED ? TOLD_AFTER : UNPROVED_TOLD_AFTER;
    return !at.isBefore(fewerSince.plus(after));
  }

  /** The report that it has fewer threads. */
  Finding shrunk() {
    tell(threads.size());
    return at(Life.Stage.SHRUNK);
  }

  /** Takes in which threads are known to wait still. */
  void waiting(Set<Long> waiting, Instant at) {
    if (threads.keySet().stream().anyMatch(waiting::contains)) {
      lastSeen = at;
    }
  }

  /** Takes out a thread that has ended, or ran again. */
  void remove(long threadId, boolean ranAgain) {
    threads.remove(threadId);
    released += ranAgain ? 1 : 0;
  }

  /** Takes out a thread that another finding tells of by now. */
  void moved(long threadId) {
    threads.remove(threadId);
    elsewhere = true;
  }

  /**
   * Gives it the fingerprint of what was learned of it, and tells what is to be said last of the
   * former one.
   */
  Finding renamed(Finding learned) {
    List<String> evidence = new ArrayList<>(finding.evidence());
    evidence.add(
        "told as "
            + learned.fingerprint()
            + " from now on, as it is known by now where its threads come from");
    Finding last = finding.at(new Life(Life.Stage.RESOLVED, firstSeen, lastSeen), List.of());
    finding = finding.under(learned.fingerprint()).knownAs(learned.aliases());
    renamed = true;
    return last.withEvidence(evidence);
  }

  /** Whether nobody was told of it under its fingerprint. */
  boolean isRenamed() {
    return renamed;
  }

  /** The first report of it under its fingerprint. */
  Finding openedAnew() {
    renamed = false;
    tell(threads.size());
    return at(Life.Stage.OPENED);
  }

  /** Whether another finding tells of the last of its threads. */
  boolean isElsewhere() {
    return elsewhere && threads.isEmpty();
  }

  /** Its threads, as of when they were last known to wait. */
  List<FoundThread> threads() {
    return threads.values().stream().map(seen -> seen.at(lastSeen)).toList();
  }

  int count() {
    return threads.size();
  }

  Verdict verdict() {
    return finding.verdict();
  }

  Cause cause() {
    return finding.cause();
  }

  Standing standing() {
    return finding.standing();
  }

  Confidence confidence() {
    return finding.confidence().orElseThrow();
  }

  Told told() {
    return told;
  }

  /** The finding as it stands, in a stage that does not claim more than what was reported. */
  Finding finding() {
    return at(confirmed ? Life.Stage.CONFIRMED : Life.Stage.OPENED);
  }

  Finding at(Life.Stage stage) {
    return finding.at(new Life(stage, firstSeen, lastSeen), threads());
  }

  /** The stage of what {@link #seen} asked to report. */
  Life.Stage stage() {
    return stage;
  }

  /** The last report of it. */
  Finding resolved(String reason) {
    List<String> evidence = new ArrayList<>(finding.evidence());
    evidence.add(reason);
    if (released > 0 && finding.verdict() == Verdict.LEAKED) {
      evidence.add(
          released
              + " of its threads ran again: by an interrupt or a debugger, or the finding was wrong");
    }
    threads.clear();
    return at(Life.Stage.RESOLVED).withEvidence(evidence);
  }

  private void setThreads(Finding now, Instant at) {
    threads.clear();
    elsewhere = false;
    now.threads().forEach(thread -> threads.put(thread.id(), new Seen(thread, at)));
  }

  private static Set<Long> ids(Finding finding) {
    Map<Long, FoundThread> byId = new LinkedHashMap<>();
    finding.threads().forEach(thread -> byId.put(thread.id(), thread));
    return byId.keySet();
  }
}
