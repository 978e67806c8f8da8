package io.stranded.watch;

import com.sun.management.ThreadMXBean;
import io.stranded.internal.recording.FrameText;
import io.stranded.watch.SeenThread.Doing;
import io.stranded.watch.ThreadSamples.Sample;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Knows which platform threads of a JVM have not stirred since when: they have used no processor
 * time, and have begun no other wait. Of each of these the stack is asked for once.
 */
final class StillThreads {
  private static final int DEEPEST_STACK = 128;

  /** Stacks that are asked for at once; further ones have to wait for the next look. */
  private static final int MOST_STACKS = 500;

  /**
   * A thread as it was found.
   *
   * @param since when it was first found so
   * @param stack empty unless it was asked for
   */
  private record Found(Sample sample, Instant since, Optional<List<String>> stack) {
    boolean isStill(Sample now) {
      return now.cpuNanos() >= 0
          && now.cpuNanos() == sample.cpuNanos()
          && now.state() == sample.state()
          && now.waits() == sample.waits();
    }
  }

  private final ThreadMXBean threads;
  private final Map<Long, Found> found = new HashMap<>();

  StillThreads(ThreadMXBean threads) {
    this.threads = threads;
  }

  /**
   * Takes in how they are now.
   *
   * @return those that have been still for so long, but for those that wait without a timeout
   */
  List<SeenThread> look(ThreadSamples now, Duration atLeast) {
    Set<Long> alive = new HashSet<>();
    for (Sample sample : now.threads()) {
      alive.add(sample.id());
      Found before = found.get(sample.id());
      if (before == null || !before.isStill(sample)) {
        found.put(sample.id(), new Found(sample, now.at(), Optional.empty()));
      }
    }
    found.keySet().retainAll(alive);
    Instant latest = now.at().minus(atLeast);
    askForStacks(latest);
    List<SeenThread> still = new ArrayList<>();
    for (Found one : found.values()) {
      one.stack()
          .filter(stack -> !one.since().isAfter(latest))
          .ifPresent(stack -> still.add(seen(one, stack)));
    }
    return still;
  }

  private static SeenThread seen(Found one, List<String> stack) {
    return new SeenThread(
        one.sample().id(),
        one.sample().name(),
        /* virtual= */ false,
        doing(one.sample().state()),
        one.since(),
        /* blocker= */ "",
        stack);
  }

  private static Doing doing(Thread.State state) {
    return state == Thread.State.RUNNABLE ? Doing.IN_SYSTEM_CALL : Doing.WAITS_FOR_A_TIME;
  }

  private void askForStacks(Instant stillSince) {
    long[] wanted =
        found.entrySet().stream()
            .filter(entry -> isWanted(entry.getValue(), stillSince))
            .mapToLong(Map.Entry::getKey)
            .limit(MOST_STACKS)
            .toArray();
    if (wanted.length == 0) {
      return;
    }
    for (ThreadInfo info : threads.getThreadInfo(wanted, DEEPEST_STACK)) {
      Found one = info == null ? null : found.get(info.getThreadId());
      if (info == null || one == null) {
        continue;
      }
      if (info.getThreadState() == one.sample().state()
          && ThreadSamples.waits(info) == one.sample().waits()) {
        found.put(
            info.getThreadId(), new Found(one.sample(), one.since(), Optional.of(stack(info))));
      } else {
        // It stirs at this moment: what it does next is for the next look to tell.
        found.remove(info.getThreadId());
      }
    }
  }

  private static boolean isWanted(Found one, Instant stillSince) {
    Thread.State state = one.sample().state();
    return (state == Thread.State.TIMED_WAITING || state == Thread.State.RUNNABLE)
        && one.sample().cpuNanos() >= 0
        && one.stack().isEmpty()
        && !one.since().isAfter(stillSince);
  }

  static List<String> stack(ThreadInfo info) {
    return FrameText.visible(
        Arrays.stream(info.getStackTrace())
            .map(frame -> FrameText.plain(frame.toString()))
            .toList());
  }
}
