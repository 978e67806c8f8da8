package io.stranded.watch;

import com.sun.management.ThreadMXBean;
import java.lang.management.ThreadInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The platform threads of a JVM at one time, without their stacks.
 *
 * @param at when they were looked at
 */
record ThreadSamples(Instant at, List<Sample> threads) {
  /**
   * One of them.
   *
   * @param waits how often it has waited or was blocked
   * @param cpuNanos processor time that it has used; negative if nobody tells
   */
  record Sample(long id, String name, Thread.State state, long waits, long cpuNanos) {}

  ThreadSamples {
    threads = List.copyOf(threads);
  }

  static ThreadSamples of(ThreadMXBean threads, Instant now) {
    long[] ids = threads.getAllThreadIds();
    ThreadInfo[] infos = threads.getThreadInfo(ids);
    long[] cpu = cpuTimes(threads, ids);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null) {
        samples.add(
            new Sample(
                ids[i],
                infos[i].getThreadName(),
                infos[i].getThreadState(),
                waits(infos[i]),
                cpu[i]));
      }
    }
    return new ThreadSamples(now, samples);
  }

  /** Negative ones where the JVM does not measure them. */
  private static long[] cpuTimes(ThreadMXBean threads, long[] ids) {
    try {
      return threads.getThreadCpuTime(ids);
    } catch (UnsupportedOperationException e) {
      long[] unknown = new long[ids.length];
      Arrays.fill(unknown, -1);
      return unknown;
    }
  }

  /** How often a thread has waited or was blocked. */
  static long waits(ThreadInfo info) {
    return info.getWaitedCount() + info.getBlockedCount();
  }
}
