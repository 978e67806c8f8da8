package io.stranded.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * What heap dumps may cost one target.
 *
 * @param dumps whether any are taken at all
 * @param interval least time between two
 * @param most how many, for as long as the target is watched
 * @param largestHeap bytes of heap in use above which none is taken
 * @param diskReserve bytes that must stay free on the disk that takes the dump
 * @param window time of day in which they may be taken; empty for any time
 */
public record DumpBudget(
    boolean dumps,
    Duration interval,
    int most,
    long largestHeap,
    long diskReserve,
    Optional<TimeWindow> window) {
  /** Object headers and references are written at full width, so a dump may outgrow its heap. */
  private static final double LARGEST_DUMP_TO_HEAP = 1.5;

  /** A dump of an empty heap still has the JDK's classes and strings. */
  private static final long SMALLEST_DUMP = 10_000_000;

  /** From a time of day to another, maybe past midnight. */
  public record TimeWindow(LocalTime from, LocalTime to) {
    boolean contains(LocalTime time) {
      boolean afterFrom = !time.isBefore(from);
      boolean beforeTo = time.isBefore(to);
      return from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
    }
  }

  /**
   * Why no dump may be taken now, in words; empty if one may.
   *
   * @param taken how many were taken so far
   * @param heapInUse bytes of the target's heap
   * @param diskFree bytes free where the dump goes
   */
  Optional<String> refusal(int taken, long heapInUse, long diskFree, Instant now) {
    long needed = SMALLEST_DUMP + (long) (heapInUse * LARGEST_DUMP_TO_HEAP);
    if (!dumps) {
      return Optional.of("--no-dump");
    }
    if (taken >= most) {
      return Optional.of("--max-dumps " + most + " are taken");
    }
    if (window.isPresent()
        && !window.get().contains(LocalTime.ofInstant(now, ZoneId.systemDefault()))) {
      return Optional.of("outside of --dump-window");
    }
    if (heapInUse > largestHeap) {
      return Optional.of(
          "the heap in use is " + bytes(heapInUse) + ", --max-dump-heap is " + bytes(largestHeap));
    }
    if (diskFree - needed < diskReserve) {
      return Optional.of(
          "it may take "
              + bytes(needed)
              + " of disk where "
              + bytes(diskFree)
              + " are free and --disk-reserve is "
              + bytes(diskReserve));
    }
    return Optional.empty();
  }

  /** Whether two refusals differ in more than how much is in use and free. */
  static boolean differ(String refusal, String other) {
    return !refusal
        .replaceAll("[0-9.,]+ [kMGT]?i?B", "")
        .equals(other.replaceAll("[0-9.,]+ [kMGT]?i?B", ""));
  }

  private static String bytes(long count) {
    return count >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f GB", count / 1e9)
        : count / 1_000_000 + " MB";
  }
}
