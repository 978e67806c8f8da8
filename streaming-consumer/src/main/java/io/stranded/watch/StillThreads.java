package io.stranded.watch;

import com.sun.management.ThreadMXBean;
import io.stranded.internal.recording.FrameText;
import io.stranded.watch.SeenThread.Doing;
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
 * Looks at the platform threads of a JVM now and then, and knows which of them have not stirred
 * since when: they have used no processor time, and have begun no other wait. Of each of these the
 * stack is asked for once.
 */
final class StillThreads {
  private static final int DEEPEST_STACK = 128;

  /** Stacks that are asked for at once; further ones have to wait for the next look. */
  private static final int MOST_STACKS = 500;

  /**
   * A thread as it was found.
   *
   * @param waits how often it has waited or was blocked
   * @param cpuNanos processor time that it has used
   * @param since when it was first found so
   * @param stack empty unless it was asked for
   */
  private record Found(
      String name,
      Thread.State state,
      long waits,
      long cpuNanos,
      Instant since,
      Optional<List<String>> stack) {
    boolean isStill(ThreadInfo info, long cpu) {
      return cpu >= 0 && cpu == cpuNanos && info.getThreadState() == state && waits == count(info);
    }

    Found with(List<String> frames) {
      return new Found(name, state, waits, cpuNanos, since, Optional.of(frames));
    }

    static long count(ThreadInfo info) {
      return info.getWaitedCount() + info.getBlockedCount();
    }
  }

  private final ThreadMXBean threads;
  private final Map<Long, Found> found = new HashMap<>();

  StillThreads(ThreadMXBean threads) {
    this.threads = threads;
  }

  /**
   * Looks at them.
   *
   * @return those that have been still for so long, but for those that wait without a timeout
   */
  List<SeenThread> look(Instant now, Duration atLeast) {
    long[] ids = threads.getAllThreadIds();
    ThreadInfo[] infos = threads.getThreadInfo(ids);
    long[] cpu = threads.getThreadCpuTime(ids);
    Set<Long> alive = new HashSet<>();
    for (int i = 0; i < ids.length; i++) {
      ThreadInfo info = infos[i];
      if (info != null) {
        alive.add(ids[i]);
        Found before = found.get(ids[i]);
        if (before == null || !before.isStill(info, cpu[i])) {
          found.put(ids[i], first(info, cpu[i], now));
        }
      }
    }
    found.keySet().retainAll(alive);
    askForStacks(now.minus(atLeast));
    List<SeenThread> still = new ArrayList<>();
    found.forEach(
        (id, one) ->
            one.stack()
                .filter(stack -> !one.since().isAfter(now.minus(atLeast)))
                .ifPresent(
                    stack ->
                        still.add(
                            new SeenThread(
                                id,
                                one.name(),
                                /* virtual= */ false,
                                doing(one.state()),
                                one.since(),
                                stack))));
    return still;
  }

  private static Found first(ThreadInfo info, long cpu, Instant now) {
    return new Found(
        info.getThreadName(), info.getThreadState(), Found.count(info), cpu, now, Optional.empty());
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
      if (info.getThreadState() == one.state() && Found.count(info) == one.waits()) {
        found.put(info.getThreadId(), one.with(stack(info)));
      } else {
        // It stirs at this moment: what it does next is for the next look to tell.
        found.remove(info.getThreadId());
      }
    }
  }

  private static boolean isWanted(Found one, Instant stillSince) {
    boolean kind =
        one.state() == Thread.State.TIMED_WAITING || one.state() == Thread.State.RUNNABLE;
    return kind && one.cpuNanos() >= 0 && one.stack().isEmpty() && !one.since().isAfter(stillSince);
  }

  static List<String> stack(ThreadInfo info) {
    return FrameText.visible(
        Arrays.stream(info.getStackTrace())
            .map(frame -> FrameText.plain(frame.toString()))
            .toList());
  }
}
