package io.stranded.watch;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.internal.source.EventSource;
import io.stranded.internal.source.Leftovers;
import io.stranded.internal.source.LiveRecording;
import io.stranded.internal.source.SamplingEventSource;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.source.ThreadEvent;
import io.stranded.internal.timeline.Patience;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.internal.trend.TrendLimits;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches one JVM: waits for threads that have been in one wait for too long, has proved whether
 * they are leaked, and reports what becomes of those that are.
 */
final class TargetWatch {
  private static final Duration SAMPLING = Duration.ofSeconds(1);
  private static final Duration HISTORY = Duration.ofMinutes(10);

  private final TargetJvm target;
  private final WatchOptions options;
  private final Outlet outlet;
  private final Turns turns;
  private final Consumer<String> log;
  private final Patience patience;
  private final ThreadTimeline timeline = new ThreadTimeline();
  private final TargetMemory memory;
  private final FindingLives lives;
  private final Pauses pauses = new Pauses();
  private final Attention attention = new Attention();
  private final JudgedGroups judged;
  private final TargetReports reports;
  private final Silence silence;
  private final Trends trends;
  private final TickingThreads ticking;
  private final Suspicions suspicions;
  private boolean toldOverflow;
  private volatile TargetStatus status;

  /**
   * A watch that has not begun.
   *
   * @param memory what is known of the target
   * @param turns whose turn it is to be looked at
   * @param log hears one line for each thing done
   */
  TargetWatch(
      TargetJvm target,
      TargetMemory memory,
      WatchOptions options,
      Outlet outlet,
      Optional<StateDirectory> states,
      Turns turns,
      Consumer<String> log) {
    this.target = target;
    this.options = options;
    this.outlet = outlet;
    this.turns = turns;
    this.log = log;
    this.patience = new Patience(options.minAge());
    this.memory = memory;
    this.lives = memory.lives();
    this.judged = memory.judged();
    this.reports = new TargetReports(memory, outlet, states);
    this.silence = new Silence(timeline, log);
    this.trends = new Trends(name(), TrendLimits.DEFAULTS, log);
    this.ticking = new TickingThreads(target.threads(), options.minAge());
    this.suspicions = new Suspicions(target, options, timeline, memory.holders(), ticking);
    this.status = status(0, 0);
  }

  /** How things stand. */
  TargetStatus status() {
    return status;
  }

  /** Which JVM it is. */
  Target identity() {
    return target.identity();
  }

  /**
   * All platform threads of the target, which stands still for a moment.
   *
   * @throws IOException if it does not answer; one line
   */
  List<ThreadNow> threads() throws IOException {
    try {
      return AllThreads.of(target.threads(), timeline);
    } catch (UndeclaredThrowableException e) {
      throw target.lost(e);
    }
  }

  /** How long the target has not answered; nothing while it is looked at. */
  Duration sinceAnswer() {
    return attention.sinceAnswer();
  }

  /**
   * Watches until the target ends, the thread is interrupted, or one round is over.
   *
   * @throws TargetLostException if the target ends, or cannot be talked to any more
   */
  void run() throws IOException, InterruptedException {
    Path dumpDirectory = target.files().here(options.dumpDirectory());
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
        memory.dumps().waitAfterLast(options.budget().interval());
        parkedBefore.begin();
        Watched watched =
            new Watched(
                target,
                options,
                memory,
                timeline,
                ticking,
                attention,
                outlet,
                reports,
                parkedBefore,
                new WriteBack(target, agent, log),
                this::accept,
                log);
        loop(recording, sources, parkedBefore, new Proofs(watched, turns, pauses));
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
      LiveRecording recording, List<EventSource> sources, ParkedBefore parkedBefore, Proofs proofs)
      throws IOException, InterruptedException {
    Ripening ripening = new Ripening(options.minAge().plus(Watched.ONE_LOOK));
    while (true) {
      Thread.sleep(options.interval().toMillis());
      target.check();
      attention.answered();
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
      if (options.once()) {
        suspicions.look(timeline.suspects(patience, now), Set.of(), now);
      }
      if (options.once()
          && (parkedBefore.isComparing() || !ripening.isOver(timeline.toldUntil()))) {
        continue;
      }
      List<Suspect> suspects = timeline.suspects(patience, now);
      reportChanges(suspects, now);
      if (proofs.areCalledFor(suspects, now)) {
        proofs.look(suspects, now);
      } else if (options.once()) {
        reports.send(nothingToProve().withUnknowns(parkedBefore.unseen()));
      }
      if (options.once()) {
        return;
      }
    }
  }

  /** Asks for what events that were lost would have told. */
  private void reconcile() {
    Set<Long> alive = new HashSet<>();
    Arrays.stream(target.threads().getAllThreadIds()).forEach(alive::add);
    lives.retain(alive);
    timeline.retain(alive);
  }

  private void reportChanges(List<Suspect> suspects, Instant now) throws IOException {
    lives.waiting(Watched.ids(suspects), now);
    List<Finding> changes = new ArrayList<>(lives.resolved(now));
    for (Suspect suspect : suspects) {
      if (judged.knows(suspect)) {
        long joined = judged.joined(suspect, lives.leakedThreads().keySet()).size();
        lives.grown(Watched.ids(suspect), joined, now).ifPresent(changes::add);
      }
    }
    if (options.once()) {
      reports.beside(suspicions.last());
    } else if (suspicions.look(suspects, lives.leakedThreads().keySet(), now)
        && suspicions.isSettled()) {
      changes.addAll(
          lives.observed(suspicions.last(), suspicions.takeHeld(), suspicions.unmoved(), now));
    }
    long threads = target.threads().getThreadCount();
    status = status(threads, suspects.stream().mapToLong(s -> s.waits().size()).sum());
    trends.sample(
        now,
        new Counted(status.threads(), status.waiting(), status.suspects(), status.leaked()),
        () -> PlaceCounts.of(timeline, Watched.ids(suspects), lives.leakedThreads().keySet()));
    reports.changed(changes, Optional.empty(), threads, timeline.openCount(), now);
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
                + " s: there was nothing to prove"));
  }

  private String name() {
    return target.identity().serviceName() + " " + target.pid();
  }

  private TargetStatus status(long threads, long suspects) {
    return new TargetStatus(
        name(),
        target.identity(),
        threads,
        timeline.openCount(),
        suspects,
        lives.count(Standing.LEAKED),
        lives.count(Standing.STUCK),
        memory.dumps().count(),
        memory.dumps().paused(),
        memory.snapshots().count(),
        memory.snapshots().stopped(),
        memory.snapshots().lastPause(),
        memory.snapshots().longestPause(),
        timeline.events(),
        timeline.toldUntil(),
        trends.status());
  }
}
