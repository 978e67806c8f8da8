package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.FailureLine;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.timeline.Suspect;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.snapshot.SnapshotFigures;
import io.stranded.snapshot.SnapshotRequest;
import io.stranded.snapshot.SnapshotResult;
import io.stranded.snapshot.Ways;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Proves leaks of one JVM by frozen snapshots. A service whose threads all live is never dumped,
 * and of a leaking one only what the leaked threads hold is written.
 */
final class SnapshotProof {
  /** So many threads can be asked for one by one. */
  private static final int MOST_ASKED = 50_000;

  /** A single round takes so many looks, since one may take a leaked thread for live. */
  private static final int LOOKS_ONCE = 3;

  /** What the library says of more than it may write. */
  private static final String TOO_LARGE = "is larger than allowed";

  /** Marking some gigabytes takes a minute where the target needs all processors itself. */
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final Watched watched;
  private final Semaphore turn;
  private final FrozenSnapshots snapshots;
  private final LookSchedule schedule;
  private boolean mainsAreLive;
  private String lastLog = "";

  /**
   * Proofs that have not begun.
   *
   * @param turn held while a snapshot is taken
   */
  SnapshotProof(Watched watched, NativeLibrary library, Semaphore turn) {
    this.watched = watched;
    this.turn = turn;
    this.snapshots = new FrozenSnapshots(watched.target(), library);
    this.schedule =
        new LookSchedule(watched.options().snapshotInterval(), watched.options().provenFor());
  }

  /** Whether these suspects are worth one. */
  boolean isCalledFor(List<Suspect> suspects) {
    long now = System.nanoTime();
    return schedule.isDue(
            suspects.stream().filter(SuspectFindings::isWorthALook).toList(),
            watched.lives().provenThreads(),
            now)
        || schedule.isDue(watched.ticking().old(), orphans(), now)
        || watched.memory().holders().isAsked();
  }

  private Set<Long> orphans() {
    return watched.lives().threadsOf(Cause.ORPHANED_TICKER);
  }

  /**
   * Takes one, or for a single round some, and reports what they prove.
   *
   * @return why there is none; empty if there was one
   */
  Optional<SnapshotResult.Refused> look(List<Suspect> suspects)
      throws IOException, InterruptedException {
    watched.lookBegins();
    Seen seen;
    try {
      seen = see(suspects);
    } catch (TargetLostException e) {
      throw e;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        // We are told to end, and a channel that was in use has ended before us.
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      return Optional.of(SnapshotResult.Refused.now(FailureLine.of(e)));
    } finally {
      watched.lookEnds();
    }
    if (seen.profile().isPresent()) {
      report(suspects, seen.profile().get(), seen.at());
    }
    return seen.refused();
  }

  /**
   * What came of a look.
   *
   * @param refused why there was no snapshot; empty if there was one
   * @param profile what it proves; empty if there was none, or it cannot be used
   */
  private record Seen(
      Instant at, Optional<SnapshotResult.Refused> refused, Optional<LeakProfile> profile) {}

  private Seen see(List<Suspect> suspects) throws IOException, InterruptedException {
    Instant startedAt = Instant.now();
    WaitFacts.Before before = WaitFacts.Before.of(watched.target(), suspects);
    List<Look> looks = new ArrayList<>();
    while (looks.size() < (watched.options().once() ? LOOKS_ONCE : 1)) {
      if (!looks.isEmpty()) {
        Thread.sleep(watched.options().snapshotInterval().toMillis());
      }
      Instant at = Instant.now();
      SnapshotResult result = take(suspects);
      if (result instanceof SnapshotResult.AllLive live) {
        looks.add(taken(at, result, live.figures()));
      } else if (result instanceof SnapshotResult.Unreached unreached) {
        looks.add(taken(at, result, unreached.figures()));
      } else if (looks.isEmpty()) {
        watched.target().check();
        return new Seen(startedAt, Optional.of((SnapshotResult.Refused) result), Optional.empty());
      } else {
        break;
      }
    }
    return new Seen(startedAt, Optional.empty(), proved(suspects, looks, before));
  }

  /** A snapshot that was taken, and when it was ordered. */
  private record Look(Instant at, SnapshotResult result, SnapshotFigures figures) {}

  private Look taken(Instant at, SnapshotResult result, SnapshotFigures figures) {
    watched.memory().snapshots().taken(figures, watched.options().snapshotInterval());
    return new Look(at, result, figures);
  }

  /**
   * Takes one of all suspects. A main thread that waits for ever may hold the whole application:
   * then of the others only, for whom what it holds lives, from that on.
   */
  private SnapshotResult take(List<Suspect> suspects) throws IOException, InterruptedException {
    if (!mainsAreLive) {
      SnapshotResult result = take(suspects, Watched.ids(suspects));
      mainsAreLive =
          result instanceof SnapshotResult.Refused refused && refused.reason().endsWith(TOO_LARGE);
      if (!mainsAreLive) {
        return result;
      }
    }
    return take(suspects, SuspectFindings.worthALook(suspects));
  }

  private SnapshotResult take(List<Suspect> suspects, Set<Long> ids)
      throws IOException, InterruptedException {
    Map<Long, SnapshotRequest.Handle> threads = new HashMap<>();
    for (long id : ids) {
      // The library knows itself which waits are no interrupt's to end.
      threads.put(id, SnapshotRequest.Handle.BY_INTERRUPT);
    }
    Set<Long> asked = watched.memory().holders().wanted(suspects);
    SnapshotRequest request =
        SnapshotRequest.ofAll(FrozenSnapshots.rules())
            .withThreads(threads.size() > MOST_ASKED ? Map.of() : threads)
            .withTickers(Watched.ids(watched.ticking().old()))
            .withWays(asked)
            .withAtLeast(SnapshotRequest.Reach.WEAK)
            .withDeadline(DEADLINE);
    turn.acquire();
    try {
      SnapshotResult result = snapshots.take(request);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      ways(result).ifPresent(ways -> takeIn(ways, suspects, asked));
      return result;
    } catch (OutOfMemoryError e) {
      return SnapshotResult.Refused.now(
          "what only suspects hold does not fit into the heap of this process: give it more with"
              + " -Xmx");
    } finally {
      turn.release();
    }
  }

  /** Nobody is asked about twice: what kept the answer away may do so every time. */
  private void takeIn(Ways ways, List<Suspect> suspects, Set<Long> asked) {
    ways.missing()
        .ifPresent(
            why ->
                watched
                    .log()
                    .accept(
                        "snapshot of %d: who holds what threads wait on is not told: %s"
                            .formatted(watched.target().pid(), why)));
    watched.memory().holders().told(suspects, asked, ways.byThread());
  }

  private static Optional<Ways> ways(SnapshotResult result) {
    if (result instanceof SnapshotResult.AllLive live) {
      return Optional.of(live.ways());
    }
    return result instanceof SnapshotResult.Unreached unreached
        ? Optional.of(unreached.ways())
        : Optional.empty();
  }

  private Optional<LeakProfile> proved(
      List<Suspect> suspects, List<Look> looks, WaitFacts.Before before)
      throws IOException, InterruptedException {
    Instant finishedAt = Instant.now();
    boolean whole =
        looks.stream().noneMatch(look -> look.result() instanceof SnapshotResult.Unreached)
            || watched.awaitToldUntil(finishedAt);
    if (!whole) {
      String problem =
          "snapshot not used: the events of " + watched.target().pid() + " do not arrive";
      if (watched.options().once()) {
        throw new TargetLostException(problem);
      }
      watched.log().accept(problem);
      return Optional.empty();
    }
    WaitFacts facts =
        before.after(watched.target(), watched.timeline(), RootPrecision.FROZEN, finishedAt);
    List<LeakProfile> profiles = new ArrayList<>();
    for (Look look : looks) {
      profiles.add(profile(look, facts));
    }
    LeakProfile profile = FrozenProfiles.union(profiles);
    tell(suspects, profile.threads());
    return Optional.of(profile);
  }

  private LeakProfile profile(Look look, WaitFacts facts) throws IOException {
    return look.result() instanceof SnapshotResult.Unreached unreached
        ? analyze(unreached, facts.frozen(unreached.island()), look.at())
        : FrozenProfiles.nothingLeaked(watched.target().identity(), look.figures(), look.at());
  }

  private LeakProfile analyze(
      SnapshotResult.Unreached unreached, WaitFacts facts, Instant startedAt) throws IOException {
    boolean keeps = watched.options().keepDumps();
    try (DumpFile file =
        DumpFile.written(
            watched.target().files(),
            watched.dumpDirectory(),
            keeps,
            dump -> FrozenSnapshots.write(unreached.island(), dump, startedAt))) {
      LeakProfile profile =
          watched
              .outlet()
              .select(
                  file.analyze(
                      new LeakAnalyzer().facts(facts).target(watched.target().identity())));
      if (keeps) {
        watched.log().accept("snapshot kept as " + file.path());
      }
      return FrozenProfiles.counted(profile, unreached.figures());
    }
  }

  private void report(List<Suspect> suspects, LeakProfile profile, Instant at) throws IOException {
    if (watched.options().once()) {
      watched.reports().send(profile);
      watched.writeBack().write(profile.findings());
      return;
    }
    Set<Long> undecided = threads(profile, Verdict.INCONCLUSIVE);
    List<Finding> changes = watched.lives().foundFrozen(profile.findings(), undecided, at);
    Set<Long> leaked = watched.lives().leakedThreads().keySet();
    // A word on a stack may look like a handle of a thread that nobody has: another look tells.
    Set<Long> proven = watched.lives().provenThreads();
    for (Suspect suspect : suspects) {
      watched.memory().judged().judged(suspect, leaked, at);
      schedule.looked(suspect, proven, System.nanoTime());
    }
    Set<Long> orphans = orphans();
    for (Suspect tickers : watched.ticking().old()) {
      schedule.looked(tickers, orphans, System.nanoTime());
    }
    watched.reports().changed(changes, Optional.of(profile), 0, 0, at);
    watched.writeBack().write(changes);
  }

  private static Set<Long> threads(LeakProfile profile, Verdict verdict) {
    Set<Long> threads = new HashSet<>();
    for (Finding finding : profile.findings()) {
      if (finding.verdict() == verdict) {
        finding.threads().forEach(thread -> threads.add(thread.id()));
      }
    }
    return threads;
  }

  /** A healthy service is looked at again and again: only what differs is worth a line. */
  private void tell(List<Suspect> suspects, ThreadCounts found) {
    SnapshotsTaken taken = watched.memory().snapshots();
    int tickers = Watched.ids(watched.ticking().old()).size();
    String who =
        "snapshot of "
            + watched.target().pid()
            + ": "
            + Watched.inWords(suspects)
            + (tickers == 0 ? "" : ", " + tickers + " at work again and again");
    String what = who + Watched.found(found);
    if (!what.equals(lastLog)) {
      lastLog = what;
      watched
          .log()
          .accept(
              who
                  + "; taken in "
                  + taken.lastDuration().toMillis()
                  + " ms, a pause of "
                  + taken.lastPause().toMillis()
                  + " ms, and analyzed: "
                  + Watched.found(found));
    }
  }
}
