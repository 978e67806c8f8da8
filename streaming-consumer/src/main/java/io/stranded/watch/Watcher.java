package io.stranded.watch;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.ThreadCounts;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.source.EventSource;
import io.stranded.source.LiveRecording;
import io.stranded.source.RepositoryEventSource;
import io.stranded.source.SamplingEventSource;
import io.stranded.source.TargetJvm;
import io.stranded.source.TargetLostException;
import io.stranded.timeline.Suspect;
import io.stranded.timeline.ThreadTimeline;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Watches one JVM: waits for threads that have been in one wait for too long, takes a heap dump,
 * looks whether they still are, and hands what the analyzer proves to a sink.
 */
public final class Watcher {
  private static final Duration SAMPLING = Duration.ofSeconds(1);
  private static final Duration HISTORY = Duration.ofMinutes(10);

  /** The agent looks at its threads once a second: after so long, a whole look has been taken. */
  private static final Duration ONE_LOOK = Duration.ofSeconds(2);

  private static final long SETTLE_MILLIS = 60_000;

  private final WatchOptions options;
  private final FindingSink sink;
  private final UnaryOperator<LeakProfile> selection;
  private final Consumer<String> log;
  private final ThreadTimeline timeline = new ThreadTimeline();
  private final JudgedGroups judged = new JudgedGroups();
  private boolean leaksFound;

  /**
   * A watcher.
   *
   * @param selection the part of each profile that the sink gets
   * @param log hears one line for each thing done
   */
  public Watcher(
      WatchOptions options,
      FindingSink sink,
      UnaryOperator<LeakProfile> selection,
      Consumer<String> log) {
    this.options = options;
    this.sink = sink;
    this.selection = selection;
    this.log = log;
  }

  /**
   * Watches until the target ends, the thread is interrupted, or one round is over.
   *
   * @return whether anything was found to be leaked
   * @throws TargetLostException if the target cannot be attached to, or ends
   */
  public boolean watch(long pid) throws IOException, InterruptedException {
    DumpFile.deleteLeftovers(options.dumpDirectory());
    try (TargetJvm target = TargetJvm.attach(pid)) {
      try (TargetAgent agent = TargetAgent.in(target, options);
          LiveRecording recording = LiveRecording.joinOrStart(target)) {
        List<EventSource> sources = sources(target, agent, recording);
        try {
          sources.forEach(source -> source.start(timeline::accept));
          log.accept(
              "watching "
                  + target.identity().serviceName()
                  + " (pid "
                  + pid
                  + ", Java "
                  + target.identity().javaVersion()
                  + ") "
                  + agent.description()
                  + " for threads that wait longer than "
                  + options.minAge().toSeconds()
                  + " s");
          loop(target);
        } finally {
          sources.forEach(EventSource::close);
        }
        return leaksFound;
      } catch (UndeclaredThrowableException e) {
        // What calls over the connection throw when the other end is gone.
        throw target.lost(e);
      } finally {
        if (target.hasEnded()) {
          sink.gone(target.identity());
        }
      }
    }
  }

  private List<EventSource> sources(TargetJvm target, TargetAgent agent, LiveRecording recording)
      throws IOException {
    List<EventSource> sources = new ArrayList<>();
    Instant from = recording.joined() ? Instant.now().minus(HISTORY) : Instant.now();
    sources.add(RepositoryEventSource.open(recording.repository(), from));
    if (!agent.isPresent()) {
      sources.add(new SamplingEventSource(target.threads(), SAMPLING));
    }
    return sources;
  }

  private void loop(TargetJvm target) throws IOException, InterruptedException {
    Instant started = Instant.now();
    Instant earliestDump = options.once() ? started.plus(options.minAge()).plus(ONE_LOOK) : started;
    while (true) {
      Thread.sleep(options.interval().toMillis());
      target.check();
      Instant now = Instant.now();
      if (now.isBefore(earliestDump)) {
        continue;
      }
      List<Suspect> suspects = timeline.suspects(now.minus(options.minAge()));
      if (judged.callForDump(suspects)) {
        tryRound(target, suspects);
        earliestDump = Instant.now().plus(options.dumpInterval());
      } else if (options.once()) {
        sink.accept(silence(target));
      }
      if (options.once()) {
        return;
      }
    }
  }

  /** A dump that fails, on a full disk perhaps, is tried again when the next one is due. */
  private void tryRound(TargetJvm target, List<Suspect> suspects)
      throws IOException, InterruptedException {
    try {
      round(target, suspects);
    } catch (TargetLostException e) {
      throw e;
    } catch (IOException e) {
      if (options.once()) {
        throw e;
      }
      log.accept(String.valueOf(e.getMessage()));
    }
  }

  private void round(TargetJvm target, List<Suspect> suspects)
      throws IOException, InterruptedException {
    int threads = suspects.stream().mapToInt(suspect -> suspect.waits().size()).sum();
    log.accept(
        "taking a heap dump: "
            + threads
            + (threads == 1 ? " thread" : " threads")
            + " in one wait for longer than "
            + options.minAge().toSeconds()
            + " s");
    WaitFacts.Before before =
        WaitFacts.Before.of(target, timeline, Instant.now().minus(options.minAge()));
    try (DumpFile dump = DumpFile.in(options.dumpDirectory(), options.keepDumps())) {
      long start = System.nanoTime();
      target.dumpHeap(dump.path());
      Duration pause = Duration.ofNanos(System.nanoTime() - start);
      Instant dumpedAt = Instant.now();
      if (!timeline.awaitTold(dumpedAt.plus(ONE_LOOK), SETTLE_MILLIS)) {
        target.check();
        log.accept("dump not used: the target's events do not arrive");
        return;
      }
      WaitFacts facts = before.after(target, timeline, dumpedAt);
      LeakProfile profile =
          new LeakAnalyzer().facts(facts).target(target.identity()).analyze(dump.path());
      judged.judged(suspects);
      LeakProfile selected = selection.apply(profile);
      leaksFound |= selected.hasLeaks();
      log.accept(
          "heap dump of "
              + dump.size() / 1_000_000
              + " MB taken in "
              + pause.toMillis()
              + " ms and analyzed: "
              + selected.threads().leaked()
              + " leaked"
              + (options.keepDumps() ? "; kept as " + dump.path() : ""));
      sink.accept(selected);
    }
  }

  private LeakProfile silence(TargetJvm target) {
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
}
