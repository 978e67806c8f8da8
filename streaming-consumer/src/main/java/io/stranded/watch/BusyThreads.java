package io.stranded.watch;

import com.sun.management.ThreadMXBean;
import io.stranded.internal.stack.Frames;
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

/**
 * Knows which platform threads of a JVM run all the time, and never rest, in one and the same
 * method of the application, since when.
 */
final class BusyThreads {
  private static final int DEEPEST_STACK = 128;

  /** More stacks are not asked for at a time: no machine has so many processors for nothing. */
  private static final int MOST_STACKS = 100;

  /** Of the time: on a machine that is short of processors nobody gets a whole one. */
  private static final double LEAST_SHARE = 0.05;

  /** In how many looks it must have been in one method. */
  private static final int LEAST_LOOKS = 10;

  /**
   * A thread that runs.
   *
   * @param place the innermost method of the application that it was in
   * @param looks how often it was found in it
   */
  private record Busy(Instant since, String place, int looks, List<String> stack) {}

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
                    one.stack()));
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
      List<String> stack = StillThreads.stack(info);
      Optional<String> place = isInNativeCode(info) ? Optional.empty() : place(stack);
      Busy before = busy.remove(info.getThreadId());
      if (place.isPresent()) {
        boolean same = before != null && before.place().equals(place.get());
        busy.put(
            info.getThreadId(),
            new Busy(
                same ? before.since() : at, place.get(), same ? before.looks() + 1 : 1, stack));
      }
    }
  }

  /** Who is in native code may wait there, as selectors do. */
  private static boolean isInNativeCode(ThreadInfo info) {
    StackTraceElement[] stack = info.getStackTrace();
    return stack.length == 0 || stack[0].isNativeMethod();
  }

  /** The innermost method of the application; empty if there is none. */
  private static Optional<String> place(List<String> stack) {
    return stack.stream().filter(frame -> !Frames.isJdk(frame)).findFirst().map(Frames::method);
  }
}
