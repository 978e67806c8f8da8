package io.stranded.internal.trend;

import io.stranded.internal.trend.Trend.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Starts and ends of threads, told in any order, in bounded memory: counted by stretches of time
 * that get twice as long whenever there are too many.
 *
 * <p>Not safe for use by several threads.
 */
public final class ThreadFlow {
  private static final int MOST_SLOTS = 512;
  private static final int MOST_POINTS = 120;
  private static final int STARTED = 0;
  private static final int ENDED = 1;

  private NavigableMap<Long, long[]> slots = new TreeMap<>();
  private long slotMillis = 1;
  private long started;
  private long ended;

  /** A thread was started. */
  public void started(Instant at) {
    slot(at)[STARTED]++;
    started++;
  }

  /** A thread whose start was or will be told has ended. */
  public void ended(Instant at) {
    slot(at)[ENDED]++;
    ended++;
  }

  /** Number of threads started. */
  public long started() {
    return started;
  }

  /** Number of threads ended. */
  public long ended() {
    return ended;
  }

  /** Number of threads that live. */
  public long alive() {
    return started - ended;
  }

  /** Adds all of another flow to this one. */
  public void add(ThreadFlow other) {
    other.slots.forEach(
        (index, counts) -> {
          long[] slot = slot(Instant.ofEpochMilli(index * other.slotMillis));
          slot[STARTED] += counts[STARTED];
          slot[ENDED] += counts[ENDED];
        });
    started += other.started;
    ended += other.ended;
  }

  /** The count between two times, from no thread on. */
  public Trend trend(Instant from, Instant to, TrendLimits limits) {
    List<Point> points = new ArrayList<>();
    Duration span = Duration.between(from, to);
    int n = (int) Math.max(1, Math.min(MOST_POINTS, span.toMillis() / slotMillis));
    long count = 0;
    long next = Long.MIN_VALUE;
    for (int i = 0; i <= n; i++) {
      Instant at = from.plus(span.multipliedBy(i).dividedBy(n));
      // The last stretch has all of the slot that its end is in.
      long until = Math.floorDiv(at.toEpochMilli(), slotMillis) + (i == n ? 1 : 0);
      long[] sum = new long[2];
      for (long[] counts : slots.subMap(next, until).values()) {
        sum[STARTED] += counts[STARTED];
        sum[ENDED] += counts[ENDED];
      }
      next = until;
      long before = count;
      count += sum[STARTED] - sum[ENDED];
      points.add(
          new Point(
              at,
              count,
              i == 0 ? count : Math.min(before, count),
              Math.max(i == 0 ? count : before, count),
              sum[STARTED],
              sum[ENDED]));
    }
    return Trend.of(points, limits);
  }

  private long[] slot(Instant at) {
    long index = Math.floorDiv(at.toEpochMilli(), slotMillis);
    while (!slots.isEmpty()
        && Math.max(index, slots.lastKey()) - Math.min(index, slots.firstKey()) >= MOST_SLOTS) {
      halve();
      index = Math.floorDiv(at.toEpochMilli(), slotMillis);
    }
    return slots.computeIfAbsent(index, key -> new long[2]);
  }

  private void halve() {
    NavigableMap<Long, long[]> wider = new TreeMap<>();
    for (Map.Entry<Long, long[]> slot : slots.entrySet()) {
      long[] into = wider.computeIfAbsent(Math.floorDiv(slot.getKey(), 2), key -> new long[2]);
      into[STARTED] += slot.getValue()[STARTED];
      into[ENDED] += slot.getValue()[ENDED];
    }
    slots = wider;
    slotMillis *= 2;
  }
}
