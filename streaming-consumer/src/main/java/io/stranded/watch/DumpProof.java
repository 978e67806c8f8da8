package io.stranded.watch;

import io.stranded.finding.Doubt;
import io.stranded.finding.FailureLine;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.timeline.Suspect;
import io.stranded.liveness.LeakAnalyzer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Proves leaks of one JVM by heap dumps, within a budget. */
final class DumpProof {
  private final Watched watched;
  private final Semaphore turn;
  private final Pauses pauses;
  private final HeapDumper dumper;
  private final TwoLooks looks = new TwoLooks();
  private final Unproved unproved;
  private final NextLook next;
  private boolean collectFirst;

  /**
   * Proofs that have not begun.
   *
   * @param turn held while a dump is taken and analyzed
   * @param pauses what the target tells of them
   */
  DumpProof(Watched watched, NativeLibrary library, Semaphore turn, Pauses pauses) {
    this.watched = watched;
    this.turn = turn;
    this.pauses = pauses;
    this.dumper =
        new HeapDumper(watched.target(), library, watched.options().agent(), watched.log());
    this.unproved = new Unproved(watched, Unproved.Kind.DUMP);
    this.next = new NextLook(watched.log());
  }

  /** Whether it is time, and these suspects are worth it. */
  boolean isCalledFor(List<Suspect> suspects, Instant now) {
    List<Suspect> worthIt = suspects.stream().filter(SuspectFindings::isWorthALook).toList();
    Set<Long> leaked = watched.lives().leakedThreads().keySet();
    boolean called = watched.memory().judged().callForDump(worthIt, leaked, now);
    if (called && !dumps().isDue() && budget().dumps()) {
      next.waits(
          "heap dump of " + watched.target().pid(),
          watched.memory().judged().unjudged(worthIt, leaked),
          dumps().left(),
          "--dump-interval is " + budget().interval().toSeconds() + " s");
    }
    return called && dumps().isDue();
  }

  /** Takes a dump and reports what it proves; or suspects only, if the budget allows none. */
  void look(List<Suspect> suspects, Instant now) throws IOException, InterruptedException {
    watched.lookBegins();
    turn.acquire();
    try {
      Optional<String> refused = refusal(now);
      if (refused.isPresent()) {
        unproved.report(suspects, refused.get(), now);
      } else {
        unproved.isOver();
        next.comes();
        tryRound(watched.suspects());
      }
    } finally {
      turn.release();
      watched.lookEnds();
    }
  }

  private DumpsTaken dumps() {
    return watched.memory().dumps();
  }

  private DumpBudget budget() {
    return watched.options().budget();
  }

  private Optional<String> refusal(Instant now) throws IOException {
    return budget()
        .refusal(
            dumps().count(),
            watched.target().heapInUse(),
            watched.target().files().freeDisk(watched.dumpDirectory()),
            now);
  }

  /** Whether the last dump has left open what another one, of the same suspects, may decide. */
  private boolean isUndecided() {
    return collectFirst || looks.isSecondDue();
  }

  /** Whether another dump is to follow at once, a collection before it. */
  private boolean isCollectionWanted(boolean behindGarbage) throws IOException {
    return behindGarbage && !watched.options().once() && refusal(Instant.now()).isEmpty();
  }

  /**
   * A dump that fails, on a full disk perhaps or on one that we do not share, is tried again when
   * the next one is due.
   */
  private void tryRound(List<Suspect> suspects) throws IOException, InterruptedException {
    boolean once = watched.options().once();
    try {
      if (round(suspects)) {
        round(suspects);
      }
      while (once && isUndecided()) {
        Optional<String> refused = refusal(Instant.now());
        if (refused.isPresent()) {
          String reason = "one proves nothing while threads run, and " + refused.get();
          unproved.report(suspects, reason, Instant.now());
          return;
        }
        round(suspects);
      }
    } catch (TargetLostException e) {
      throw e;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        // We are told to end, and a channel that was in use has ended before us.
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      if (once && watched.target().isAttached()) {
        throw e;
      }
      unproved.report(suspects, FailureLine.of(e), Instant.now());
    } finally {
      dumps().ended(budget().interval());
    }
  }

  /**
   * Takes a dump and judges by it; where the one look is to be repeated, reports nothing.
   *
   * @return whether another one is to follow at once
   */
  private boolean round(List<Suspect> suspects) throws IOException, InterruptedException {
    boolean keeps = watched.options().keepDumps();
    watched
        .log()
        .accept(
            "taking a heap dump of " + watched.target().pid() + ": " + Watched.inWords(suspects));
    WaitFacts.Before before = WaitFacts.Before.of(watched.target(), suspects);
    try (DumpFile dump = DumpFile.in(watched.target().files(), watched.dumpDirectory(), keeps)) {
      dumps().began();
      HeapDumper.Taken taken = dumper.take(dump, collectFirst);
      if (!watched.awaitToldUntil(taken.finishedAt())) {
        noEvents();
        return false;
      }
      WaitFacts facts =
          before.after(watched.target(), watched.timeline(), taken.roots(), taken.finishedAt());
      LeakProfile whole = analyze(dump, facts);
      Set<Long> open =
          looks.add(
              watched.outlet().select(whole),
              facts::waitNumber,
              taken,
              watched.lives().leakedThreads());
      boolean behindGarbage = !taken.afterCollection() && areBehindGarbage(suspects, whole);
      boolean again = isCollectionWanted(behindGarbage);
      tellOfNextLook(behindGarbage, again, open);
      collectFirst = behindGarbage || (looks.isSecondDue() && taken.afterCollection());
      if (!open.isEmpty()) {
        whole = analyze(dump, facts.without(open));
      }
      LeakProfile profile = watched.outlet().select(whole);
      watched
          .log()
          .accept(
              "heap dump of "
                  + dump.size() / 1_000_000
                  + " MB taken"
                  + cost(taken)
                  + " and analyzed: "
                  + Watched.found(profile.threads())
                  + (keeps ? "; kept as " + dump.path() : ""));
      watched.attention().answered();
      report(profile, suspects, open, behindGarbage, again, taken.startedAt());
      return again;
    }
  }

  private void noEvents() throws TargetLostException {
    String problem = "dump not used: the events of " + watched.target().pid() + " do not arrive";
    if (watched.options().once()) {
      throw new TargetLostException(problem);
    }
    watched.log().accept(problem);
  }

  private void tellOfNextLook(boolean behindGarbage, boolean again, Set<Long> open) {
    if (behindGarbage) {
      watched
          .log()
          .accept(
              "garbage may be in the way of a proof: "
                  + (again ? "another dump follows at once" : "the next dump comes")
                  + ", after a collection");
      return;
    }
    looks.left(open);
    if (looks.isSecondDue()) {
      watched
          .log()
          .accept(
              "threads ran while the dump was prepared: the next one, "
                  + (watched.options().once()
                      ? "at once"
                      : "due in " + budget().interval().toSeconds() + " s")
                  + ", shows whether "
                  + open.size()
                  + (open.size() == 1 ? " thread is leaked" : " threads are leaked"));
    }
  }

  private void report(
      LeakProfile profile,
      List<Suspect> suspects,
      Set<Long> open,
      boolean behindGarbage,
      boolean again,
      Instant at)
      throws IOException {
    if (watched.options().once()) {
      if (!isUndecided()) {
        watched.reports().send(profile);
        watched.writeBack().write(profile.findings());
      }
      return;
    }
    Set<Long> held = again ? profile.settledBy(Doubt.Cure.COLLECT_FIRST) : Set.of();
    Set<Long> undecided = new HashSet<>(open);
    undecided.addAll(held);
    List<Finding> changes = watched.lives().found(decided(profile.findings(), held), undecided, at);
    if (!behindGarbage) {
      judge(suspects, open, at);
    }
    watched.reports().changed(changes, Optional.of(profile), 0, 0, at);
    watched.writeBack().write(changes);
  }

  /** Nobody is told of a doubt that the next look, which follows at once, will settle. */
  private static List<Finding> decided(List<Finding> findings, Set<Long> held) {
    return findings.stream()
        .filter(finding -> finding.threads().stream().noneMatch(t -> held.contains(t.id())))
        .toList();
  }

  private LeakProfile analyze(DumpFile dump, WaitFacts facts) throws IOException {
    return dump.analyze(new LeakAnalyzer().facts(facts).target(watched.target().identity()));
  }

  private static boolean areBehindGarbage(List<Suspect> suspects, LeakProfile profile) {
    Set<Long> undecided = profile.settledBy(Doubt.Cure.COLLECT_FIRST);
    return !Collections.disjoint(Watched.ids(suspects), undecided);
  }

  /** The pause as the target's recording tells it, or the time that it cannot have exceeded. */
  private String cost(HeapDumper.Taken taken) {
    Optional<Duration> pause = pauses.lastAfter(taken.startedAt());
    dumps().paused(pause.orElse(taken.duration()));
    return pause
        .map(
            measured ->
                " in "
                    + taken.duration().toMillis()
                    + " ms, a pause of "
                    + measured.toMillis()
                    + " ms,")
        .orElse(" in " + taken.duration().toMillis() + " ms");
  }

  /** Groups of which the next dump is to tell more are not judged yet. */
  private void judge(List<Suspect> suspects, Set<Long> open, Instant at) {
    Set<Long> leaked = watched.lives().leakedThreads().keySet();
    for (Suspect suspect : suspects) {
      if (looks.isSecondDue() && !Collections.disjoint(Watched.ids(suspect), open)) {
        watched.memory().judged().forget(suspect.key());
      } else {
        watched.memory().judged().judged(suspect, leaked, at);
      }
    }
  }
}
