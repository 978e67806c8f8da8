package io.stranded.watch;

import io.stranded.finding.ThreadCounts;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.source.ThreadEvent;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Patience;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A JVM that is watched, as those see it who prove something of its threads.
 *
 * @param target the JVM
 * @param memory what is known of it
 * @param timeline the open waits of its threads
 * @param ticking those of its threads that act again and again
 * @param attention when it has last answered
 * @param reports where what was proved goes
 * @param events hears what is found to have happened
 * @param log hears one line for each thing done
 */
record Watched(
    TargetJvm target,
    WatchOptions options,
    TargetMemory memory,
    ThreadTimeline timeline,
    TickingThreads ticking,
    Attention attention,
    Outlet outlet,
    TargetReports reports,
    ParkedBefore parkedBefore,
    WriteBack writeBack,
    Consumer<ThreadEvent> events,
    Consumer<String> log) {
  /** The agent looks at its threads once a second: after so long, a whole look has been taken. */
  static final Duration ONE_LOOK = Duration.ofSeconds(2);

  /** For so long a target that is looked at, or waits for its turn, is not taken for stopped. */
  private static final Duration LONGEST_LOOK = Duration.ofMinutes(10);

  private static final long SETTLE_MILLIS = 60_000;

  private static final long STEP_MILLIS = 500;

  FindingLives lives() {
    return memory.lives();
  }

  /** Where heap dumps go, as we find it. */
  Path dumpDirectory() {
    return target.files().here(options.dumpDirectory());
  }

  /** Those who have waited for too long by now. */
  List<Suspect> suspects() {
    return timeline.suspects(new Patience(options.minAge()), Instant.now());
  }

  /** Does not take the target for stopped while it is looked at. */
  void lookBegins() {
    attention.busyFor(LONGEST_LOOK);
  }

  void lookEnds() {
    attention.answered();
  }

  /**
   * Waits until everything that happened before a time is known.
   *
   * @return false if that does not become known
   * @throws TargetLostException if it ends meanwhile
   */
  boolean awaitToldUntil(Instant time) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
    while (!timeline.awaitTold(time.plus(ONE_LOOK), STEP_MILLIS)) {
      target.check();
      attention.answered();
      if (System.nanoTime() > deadline) {
        return false;
      }
    }
    parkedBefore.lookAgain(events);
    return true;
  }

  /** How many threads these are, in words. */
  static String inWords(List<Suspect> suspects) {
    int threads = suspects.stream().mapToInt(suspect -> suspect.waits().size()).sum();
    return threads + (threads == 1 ? " thread" : " threads") + " in one wait for too long";
  }

  /** What was found, such as {@code 3 leaked, 2 stuck}. */
  static String found(ThreadCounts threads) {
    return threads.leaked()
        + " leaked"
        + (threads.stuck() == 0 ? "" : ", " + threads.stuck() + " stuck");
  }

  static Set<Long> ids(Collection<Suspect> suspects) {
    return suspects.stream().flatMap(s -> ids(s).stream()).collect(Collectors.toSet());
  }

  static Set<Long> ids(Suspect suspect) {
    return suspect.waits().stream().map(OpenWait::threadId).collect(Collectors.toSet());
  }
}
