package io.stranded.watch;

import io.stranded.finding.Doubt;
import io.stranded.finding.FailureLine;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.ThreadCounts;
import io.stranded.internal.source.EventSource;
import io.stranded.internal.source.Leftovers;
import io.stranded.internal.source.LiveRecording;
import io.stranded.internal.source.SamplingEventSource;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.source.ThreadEvent;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Patience;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.liveness.LeakAnalyzer;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Watches one JVM: waits for threads that have been in one wait for too long, takes a heap dump,
 * looks whether they still are, and reports what the analyzer proves and what becomes of it.
 */
final class TargetWatch {
  private static final Duration SAMPLING = Duration.ofSeconds(1);
  private static final Duration HISTORY = Duration.ofMinutes(10);

  /** The agent looks at its threads once a second: after so long, a whole look has been taken. */
  private static final Duration ONE_LOOK = Duration.ofSeconds(2);

  /** For so long a target that writes a dump, or waits for its turn, is not taken for stopped. */
  private static final Duration LONGEST_DUMP = Duration.ofMinutes(10);

  private static final long SETTLE_MILLIS = 60_000;

  private final TargetJvm target;
  private final WatchOptions options;
  private final Outlet outlet;
  private final Semaphore dumpTurn;
  private final Consumer<String> log;
  private final Patience patience;
  private final Path dumpDirectory;
  private final ThreadTimeline timeline = new ThreadTimeline();
  private final FindingLives lives;
  private final Pauses pauses = new Pauses();
  private final DumpsTaken dumps;
  private final JudgedGroups judged;
  private final HeapDumper dumper;
  private final TwoLooks looks = new TwoLooks();
  private final TargetReports reports;
  private final Silence silence;
  private final Trends trends;
  private String refusal = "";
  private boolean collectFirst;
  private boolean toldOverflow;
  private volatile TargetStatus status;
  private volatile long answeredNanos = System.nanoTime();

  /**
   * A watch that has not begun.
   *
   * @param memory what is known of the target
   * @param dumpTurn held while a dump is taken and analyzed
   * @param log hears one line for each thing done
   */
  TargetWatch(
      TargetJvm target,
      TargetMemory memory,
      WatchOptions options,
      Outlet outlet,
      Optional<StateDirectory> states,
      Semaphore dumpTurn,
      Consumer<String> log) {
    this.target = target;
    this.options = options;
    this.outlet = outlet;
    this.dumpTurn = dumpTurn;
    this.log = log;
    this.patience = new Patience(options.minAge());
    this.dumpDirectory = target.files().here(options.dumpDirectory());
    this.lives = memory.lives();
    this.judged = memory.judged();
    this.dumps = memory.dumps();
    this.dumper = new HeapDumper(target, options.agent(), log);
    this.reports = new TargetReports(memory, outlet, states);
    this.silence = new Silence(timeline, log);
    this.trends = new Trends(name(), TrendLimits.DEFAULTS, log);
    this.status = status(0, 0);
  }

  /** How things stand. */
  TargetStatus status() {
    return status;
  }

  /** How long the target has not answered; nothing while it writes a dump. */
  Duration sinceAnswer() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - answeredNanos));
  }

  /**
   * Watches until the target ends, the thread is interrupted, or one round is over.
   *
   * @throws TargetLostException if the target ends, or cannot be talked to any more
   */
  void run() throws IOException, InterruptedException {
    Leftovers.delete(target.files(), dumpDirectory);
    try (TargetAgent agent = TargetAgent.in(target, options);
        LiveRecording recording = LiveRecording.joinOrStart(target, agent.isOurs())) {
      List<EventSource> sources = sources(agent, recording);
      ParkedBefore parkedBefore =
          new ParkedBefore(target, agent, dumpDirectory, options.minAge(), log);
      try {
        sources.forEach(source -> source.start(event -> accept(event, parkedBefore)));
        log.accept("watching " + target.description() + " " + agent.description() + words());
        int open = reports.restore();
        if (open > 0) {
          log.accept("going on with " + open + (open == 1 ? " open finding" : " open findings"));
          reconcile();
        }
        dumps.waitAfterLast(options.budget().interval());
        parkedBefore.begin();
        loop(recording, sources, parkedBefore, new WriteBack(target, agent, log));
      } finally {
        sources.forEach(EventSource::close);
        reports.save();
      }
    } catch (UndeclaredThrowableException | RemoteException e) {
      // What calls over the connection throw when the other end is gone.
      throw target.lost(e);
    }
  }

  private String words() {
    return " for threads that wait longer than " + options.minAge().toSeconds() + " s";
  }

  private List<EventSource> sources(TargetAgent agent, LiveRecording recording) throws IOException {
    List<EventSource> sources = new ArrayList<>();
    Instant from = recording.joined() ? Instant.now().minus(HISTORY) : Instant.now();
    sources.add(recording.events(from));
    if (!agent.isPresent()) {
      sources.add(new SamplingEventSource(target.threads(), SAMPLING));
    }
    return sources;
  }

  private void accept(ThreadEvent event, ParkedBefore parkedBefore) {
    parkedBefore.accept(event);
    accept(event);
  }

  private void accept(ThreadEvent event) {
    timeline.accept(event);
    lives.accept(event);
    pauses.accept(event);
  }

  private void loop(
      LiveRecording recording,
      List<EventSource> sources,
      ParkedBefore parkedBefore,
      WriteBack writeBack)
      throws IOException, InterruptedException {
    Ripening ripening = new Ripening(options.minAge().plus(ONE_LOOK));
    while (true) {
      Thread.sleep(options.interval().toMillis());
      target.check();
      answeredNanos = System.nanoTime();
      if (outlet.retry()) {
        reports.save();
      }
      recording.renew();
      silence.check(recording);
      if (timeline.takeOverflow() && !toldOverflow) {
        toldOverflow = true;
        log.accept(
            "more than " + timeline.openCount() + " waits are open: the others are not looked at");
      }
      if (timeline.takeGap()) {
        log.accept("events of " + target.pid() + " were lost: asking again what waits are open");
        reconcile();
        recording.askAgain();
        sources.forEach(EventSource::tellAgain);
      }
      parkedBefore.compare(this::accept);
      Instant now = Instant.now();
      if (options.once()
          && (parkedBefore.isComparing() || !ripening.isOver(timeline.toldUntil()))) {
        continue;
      }
      List<Suspect> suspects = timeline.suspects(patience, now);
      reportChanges(suspects, now);
      if (dumps.isDue() && callsForDump(suspects, now)) {
        dumpOrRefuse(suspects, parkedBefore, writeBack, now);
      } else if (options.once()) {
        reports.send(nothingToProve());
      }
      if (options.once()) {
        return;
      }
    }
  }

  private boolean callsForDump(List<Suspect> suspects, Instant now) {
    List<Suspect> worthy = suspects.stream().filter(SuspectFindings::isWorthADump).toList();
    return judged.callForDump(worthy, lives.leakedThreads().keySet(), now);
  }

  /** Asks for what events that were lost would have told. */
  private void reconcile() {
    Set<Long> alive = new HashSet<>();
    Arrays.stream(target.threads().getAllThreadIds()).forEach(alive::add);
    lives.retain(alive);
    timeline.retain(alive);
  }

  private void reportChanges(List<Suspect> suspects, Instant now) throws IOException {
    lives.waiting(ids(suspects), now);
    List<Finding> changes = new ArrayList<>(lives.resolved(now));
    for (Suspect suspect : suspects) {
      lives.grown(ids(suspect), joined(List.of(suspect)).size(), now).ifPresent(changes::add);
    }
    long threads = target.threads().getThreadCount();
    status = status(threads, suspects.stream().mapToLong(s -> s.waits().size()).sum());
    trends.sample(
        now,
        new Counted(status.threads(), status.waiting(), status.suspects(), status.leaked()),
        () -> PlaceCounts.of(timeline, ids(suspects), lives.leakedThreads().keySet()));
    reports.changed(changes, Optional.empty(), threads, timeline.openCount(), now);
  }

  private void dumpOrRefuse(
      List<Suspect> suspects, ParkedBefore parkedBefore, WriteBack writeBack, Instant now)
      throws IOException, InterruptedException {
    answeredNanos = System.nanoTime() + LONGEST_DUMP.toNanos();
    dumpTurn.acquire();
    try {
      Optional<String> refused = refusal(now);
      if (refused.isPresent()) {
        refuse(suspects, refused.get(), now);
      } else {
        refusal = "";
        tryRound(timeline.suspects(patience, Instant.now()), parkedBefore, writeBack);
      }
    } finally {
      dumpTurn.release();
      answeredNanos = System.nanoTime();
    }
  }

  private Optional<String> refusal(Instant now) throws IOException {
    return options
        .budget()
        .refusal(dumps.count(), target.heapInUse(), target.files().freeDisk(dumpDirectory), now);
  }

  /** Whether the last dump has left open what another one, of the same suspects, may decide. */
  private boolean isUndecided() {
    return collectFirst || looks.isSecondDue();
  }

  private void refuse(List<Suspect> suspects, String reason, Instant now) throws IOException {
    if (refusal.isEmpty() || DumpBudget.differ(reason, refusal)) {
      log.accept("no heap dump of " + target.pid() + ": " + reason);
    }
    refusal = reason;
    List<Finding> found =
        SuspectFindings.of(suspects, timeline, now, "no heap dump was taken: " + reason);
    if (options.once()) {
      reports.send(
          outlet.select(
              new LeakProfile(
                  Optional.of(target.identity()),
                  now,
                  Optional.empty(),
                  ThreadCounts.of(target.threads().getThreadCount(), timeline.openCount(), found),
                  found,
                  List.of())));
    } else {
      reports.changed(
          lives.suspected(found, joined(suspects), "no heap dump was taken: " + reason, now),
          Optional.empty(),
          target.threads().getThreadCount(),
          timeline.openCount(),
          now);
    }
  }

  private Set<Long> joined(List<Suspect> suspects) {
    Set<Long> leaked = lives.leakedThreads().keySet();
    Set<Long> joined = new HashSet<>();
    suspects.forEach(suspect -> joined.addAll(judged.joined(suspect, leaked)));
    return joined;
  }

  /**
   * A dump that fails, on a full disk perhaps or on one that we do not share, is tried again when
   * the next one is due.
   */
  private void tryRound(List<Suspect> suspects, ParkedBefore parkedBefore, WriteBack writeBack)
      throws IOException, InterruptedException {
    try {
      round(suspects, parkedBefore, writeBack);
      while (options.once() && isUndecided()) {
        Optional<String> refused = refusal(Instant.now());
        if (refused.isPresent()) {
          refuse(
              suspects,
              "one proves nothing while threads run, and " + refused.get(),
              Instant.now());
          return;
        }
        round(suspects, parkedBefore, writeBack);
      }
    } catch (TargetLostException e) {
      throw e;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        // We are told to end, and a channel that was in use has ended before us.
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      if (options.once() && target.isAttached()) {
        throw e;
      }
      refuse(suspects, FailureLine.of(e), Instant.now());
    } finally {
      dumps.ended(options.budget().interval());
    }
  }

  /** Takes a dump and judges by it; where the one look is to be repeated, reports nothing. */
  private void round(List<Suspect> suspects, ParkedBefore parkedBefore, WriteBack writeBack)
      throws IOException, InterruptedException {
    int threads = suspects.stream().mapToInt(suspect -> suspect.waits().size()).sum();
    log.accept(
        "taking a heap dump of "
            + target.pid()
            + ": "
            + threads
            + (threads == 1 ? " thread" : " threads")
            + " in one wait for too long");
    WaitFacts.Before before = WaitFacts.Before.of(target, suspects);
    try (DumpFile dump = DumpFile.in(target.files(), dumpDirectory, options.keepDumps())) {
      dumps.began();
      HeapDumper.Taken taken = dumper.take(dump, collectFirst);
      if (!timeline.awaitTold(taken.finishedAt().plus(ONE_LOOK), SETTLE_MILLIS)) {
        answeredNanos = System.nanoTime();
        target.check();
        String problem = "dump not used: the events of " + target.pid() + " do not arrive";
        if (options.once()) {
          throw new TargetLostException(problem);
        }
        log.accept(problem);
        return;
      }
      parkedBefore.lookAgain(this::accept);
      WaitFacts facts = before.after(target, timeline, taken);
      LeakProfile whole = analyze(dump, facts);
      Set<Long> unproved =
          looks.add(outlet.select(whole), facts::waitNumber, taken, lives.leakedThreads());
      boolean behindGarbage = !taken.afterCollection() && areBehindGarbage(suspects, whole);
      if (behindGarbage) {
        log.accept("garbage may be in the way of a proof: the next dump comes after a collection");
      } else {
        looks.left(unproved);
        if (looks.isSecondDue()) {
          log.accept(
              "threads ran while the dump was prepared: the next one shows whether "
                  + unproved.size()
                  + (unproved.size() == 1 ? " thread is leaked" : " threads are leaked"));
        }
      }
      collectFirst = behindGarbage || (looks.isSecondDue() && taken.afterCollection());
      if (!unproved.isEmpty()) {
        whole = analyze(dump, facts.without(unproved));
      }
      LeakProfile profile = outlet.select(whole);
      log.accept(
          "heap dump of "
              + dump.size() / 1_000_000
              + " MB taken"
              + cost(taken)
              + " and analyzed: "
              + profile.threads().leaked()
              + " leaked"
              + (options.keepDumps() ? "; kept as " + dump.path() : ""));
      answeredNanos = System.nanoTime();
      if (options.once()) {
        if (!isUndecided()) {
          reports.send(profile);
          writeBack.write(profile.findings());
        }
      } else {
        List<Finding> changes = lives.found(profile.findings(), unproved, taken.startedAt());
        if (!behindGarbage) {
          judge(suspects, unproved, taken.startedAt());
        }
        reports.changed(changes, Optional.of(profile), 0, 0, taken.startedAt());
        writeBack.write(changes);
      }
    }
  }

  private LeakProfile analyze(DumpFile dump, WaitFacts facts) throws IOException {
    return dump.analyze(new LeakAnalyzer().facts(facts).target(target.identity()));
  }

  private static boolean areBehindGarbage(List<Suspect> suspects, LeakProfile profile) {
    Set<Long> undecided = profile.settledBy(Doubt.Cure.COLLECT_FIRST);
    return !Collections.disjoint(ids(suspects), undecided);
  }

  /** The pause as the target's recording tells it, or the time that it cannot have exceeded. */
  private String cost(HeapDumper.Taken taken) {
    Optional<Duration> pause = pauses.lastAfter(taken.startedAt());
    dumps.paused(pause.orElse(taken.duration()));
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
  private void judge(List<Suspect> suspects, Set<Long> unproved, Instant at) {
    Set<Long> leaked = lives.leakedThreads().keySet();
    for (Suspect suspect : suspects) {
      if (looks.isSecondDue() && !Collections.disjoint(ids(suspect), unproved)) {
        judged.forget(suspect.key());
      } else {
        int proven = (int) ids(suspect).stream().filter(leaked::contains).count();
        judged.judged(
            suspect.key(), new JudgedGroups.Judgement(suspect.waits().size(), proven, at));
      }
    }
  }

  private static Set<Long> ids(List<Suspect> suspects) {
    return suspects.stream().flatMap(s -> ids(s).stream()).collect(Collectors.toSet());
  }

  private static Set<Long> ids(Suspect suspect) {
    return suspect.waits().stream().map(OpenWait::threadId).collect(Collectors.toSet());
  }

  private LeakProfile nothingToProve() {
    return new LeakProfile(
        Optional.of(target.identity()),
        Instant.now(),
        Optional.empty(),
        ThreadCounts.of(target.threads().getThreadCount(), 0, List.of()),
        List.of(),
        List.of(
            "no thread has been in one untimed wait for "
                + options.minAge().toSeconds()
                + " s: no heap dump was needed"));
  }

  private String name() {
    return target.identity().serviceName() + " " + target.pid();
  }

  private TargetStatus status(long threads, long suspects) {
    return new TargetStatus(
        name(),
        threads,
        timeline.openCount(),
        suspects,
        lives.leaked(),
        dumps.count(),
        dumps.paused(),
        timeline.events(),
        timeline.toldUntil(),
        trends.status());
  }
}
