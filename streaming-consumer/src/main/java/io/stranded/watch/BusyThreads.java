package io.stranded.watch;

import com.sun.management.ThreadMXBean;
import io.stranded.watch.SeenThread.Doing;
import io.stranded.watch.ThreadSamples.Sample;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Knows which platform threads of a JVM run all the time, and never rest, in one place of the
 * application, since when.
 */
final class BusyThreads {
  private static final int DEEPEST_STACK = 128;

  /** More stacks are not asked for at a time: no machine has so many processors for nothing. */
  private static final int MOST_STACKS = 100;

  /** Of the time: on a machine that is short of processors nobody gets a whole one. */
  private static final double LEAST_SHARE = 0.05;

  /** In how many looks it must have been in one place. */
  private static final int LEAST_LOOKS = 10;

  /**
   * A thread that runs.
   *
   * @param looks how often it was found there
   */
  private record Busy(Instant since, BusyPlace place, int looks) {}

  private final ThreadMXBean threads;
  private final Map<Long, Sample> last = new HashMap<>();
  private final Map<Long, Busy> busy = new HashMap<>();
  private Instant lastAt = Instant.MIN;

  BusyThreads(ThreadMXBean threads) {
    this.threads = threads;
  }

  /** Takes in how they are now, and tells who has been busy in one place often enough. */
  List<SeenThread> look(ThreadSamples now) {
    Map<Long, Sample> restless = new HashMap<>();
    Set<Long> running = new TreeSet<>();
    for (Sample sample : now.threads()) {
      Sample before = last.get(sample.id());
      if (before != null && isRestless(before, sample)) {
        restless.put(sample.id(), sample);
        if (hasRun(before, sample, now.at())) {
          running.add(sample.id());
        }
      }
    }
    last.clear();
    now.threads().forEach(sample -> last.put(sample.id(), sample));
    lastAt = now.at();
    busy.keySet().retainAll(restless.keySet());
    askForStacks(running, now.at());
    List<SeenThread> seen = new ArrayList<>();
    busy.forEach(
        (id, one) -> {
          Sample sample = restless.get(id);
          if (sample != null && one.looks() >= LEAST_LOOKS) {
            seen.add(
                new SeenThread(
                    id,
                    sample.name(),
                    /* virtual= */ false,
                    Doing.RUNS,
                    one.since(),
                    /* blocker= */ "",
                    one.place().stack()));
          }
        });
    return seen;
  }

  /** A thread that waits, however short, has nothing to do now and then. */
  private static boolean isRestless(Sample before, Sample now) {
    return now.state() == Thread.State.RUNNABLE && now.waits() == before.waits();
  }

  /** One that had to wait for a processor shows nothing, for or against. */
  private boolean hasRun(Sample before, Sample now, Instant at) {
    long elapsed = Duration.between(lastAt, at).toNanos();
    return before.cpuNanos() >= 0 && now.cpuNanos() - before.cpuNanos() >= LEAST_SHARE * elapsed;
  }

  private void askForStacks(Set<Long> running, Instant at) {
    if (running.isEmpty()) {
      return;
    }
    long[] ids = running.stream().mapToLong(Long::longValue).limit(MOST_STACKS).toArray();
    for (ThreadInfo info : threads.getThreadInfo(ids, DEEPEST_STACK)) {
      if (info == null) {
        continue;
      }
      Busy before = busy.remove(info.getThreadId());
      if (isInNativeCode(info)) {
        continue;
      }
      boolean whole = info.getStackTrace().length < DEEPEST_STACK;
      BusyPlace.of(StillThreads.stack(info), whole)
          .ifPresent(now -> busy.put(info.getThreadId(), busy(before, now, at)));
    }
  }

  private static Busy busy(@Nullable Busy before, BusyPlace now, Instant at) {
    return Optional.ofNullable(before)
        .flatMap(
            known ->
                known
                    .place()
                    .and(now)
                    .map(same -> new Busy(known.since(), same, known.looks() + 1)))
        .orElseGet(() -> new Busy(at, now, 1));
  }

  /** Who is in native code may wait there, as selectors do. */
  private static boolean isInNativeCode(ThreadInfo info) {
    StackTraceElement[] stack = info.getStackTrace();
    return stack.length == 0 || stack[0].isNativeMethod();
  }
}
