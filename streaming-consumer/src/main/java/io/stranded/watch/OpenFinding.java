package io.stranded.watch;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.Life;
import io.stranded.finding.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A finding from its first report to the end of its threads. Used under its owner's lock. */
final class OpenFinding {
  private final Instant firstSeen;
  private final Map<Long, FoundThread> threads = new LinkedHashMap<>();
  private Finding finding;
  private Instant lastSeen;
  private long reported;
  private boolean confirmed;
  private int released;

  private OpenFinding(Finding finding, Instant firstSeen, Instant lastSeen) {
    this.finding = finding;
    this.firstSeen = firstSeen;
    this.lastSeen = lastSeen;
    setThreads(finding);
    this.reported = threads.size();
  }

  static OpenFinding opened(Finding finding, Instant now) {
    return new OpenFinding(finding, now, now);
  }

  /** What {@link #finding} of an earlier run gave. */
  static OpenFinding restored(Finding finding, long reported) {
    Life life = finding.life().orElseThrow();
    OpenFinding open = new OpenFinding(finding, life.firstSeen(), life.lastSeen());
    open.reported = reported;
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
      boolean first = !confirmed;
      confirmed = true;
      lastSeen = at;
      return first;
    }
    List<FoundThread> others = kept ? threads() : List.of();
    boolean news = more || surer || (!confirmed && now.verdict() != Verdict.SUSPECT);
    finding = now;
    lastSeen = at;
    setThreads(now);
    others.forEach(thread -> threads.putIfAbsent(thread.id(), thread));
    if (news) {
      confirmed = surer || !more;
      reported = threads.size();
    }
    return news;
  }

  /**
   * Takes in how many threads have come to wait at the same place, judged by no dump.
   *
   * @param reason why there is none
   * @return the finding that says so, with the threads that it had, if they double those reported
   */
  Optional<Finding> joined(long more, String reason) {
    if (more == 0 || threads.size() + more < 2 * reported) {
      return Optional.empty();
    }
    reported = threads.size() + more;
    confirmed = false;
    List<String> evidence = new ArrayList<>(finding.evidence());
    evidence.add(
        "%d more %s at the same place, not yet judged: %s"
            .formatted(more, more == 1 ? "waits" : "wait", reason));
    return Optional.of(at(Life.Stage.GROWN).withEvidence(evidence));
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

  List<FoundThread> threads() {
    return List.copyOf(threads.values());
  }

  int count() {
    return threads.size();
  }

  Verdict verdict() {
    return finding.verdict();
  }

  Confidence confidence() {
    return finding.confidence().orElseThrow();
  }

  /** The number of threads that was last reported, those that no dump has judged included. */
  long reported() {
    return reported;
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
    return confirmed ? Life.Stage.CONFIRMED : Life.Stage.GROWN;
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

  private void setThreads(Finding now) {
    threads.clear();
    now.threads().forEach(thread -> threads.put(thread.id(), thread));
  }

  private static Set<Long> ids(Finding finding) {
    Map<Long, FoundThread> byId = new LinkedHashMap<>();
    finding.threads().forEach(thread -> byId.put(thread.id(), thread));
    return byId.keySet();
  }
}
