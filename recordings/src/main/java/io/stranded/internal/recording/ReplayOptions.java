package io.stranded.internal.recording;

import io.stranded.finding.Progress;
import io.stranded.internal.trend.TrendLimits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How to read recordings.
 *
 * @param minAge threads that are known to have waited for less are no suspects; so are threads
 *     whose wait is of unknown age, unless this is zero
 * @param tempDirectory where repaired copies of damaged files go; they are readable for their owner
 *     only and deleted before the analysis returns
 * @param inMemoryLimit size in bytes of the largest file that is loaded into memory; larger ones
 *     are streamed
 * @param limits from when on numbers of threads say something
 * @param progress hears how far the reading is, in bytes
 */
public record ReplayOptions(
    Duration minAge,
    Path tempDirectory,
    long inMemoryLimit,
    TrendLimits limits,
    Progress progress) {
  /** Loading takes about 150 bytes of heap per event, and an event is rarely below 10 in a file. */
  private static final long HEAP_PER_FILE_BYTE = 20;

  /** Loading is several times slower than streaming: a matter of seconds up to this size. */
  private static final long IN_MEMORY_AT_MOST = 16L << 20;

  /** Every wait, the system's temporary directory, and at most half of the heap for a file. */
  public static ReplayOptions defaults() {
    return new ReplayOptions(
        Duration.ZERO,
        Path.of(System.getProperty("java.io.tmpdir")),
        Math.min(IN_MEMORY_AT_MOST, Runtime.getRuntime().maxMemory() / 2 / HEAP_PER_FILE_BYTE),
        TrendLimits.DEFAULTS,
        Progress.NONE);
  }

  /** The same with another {@link #minAge()}. */
  public ReplayOptions withMinAge(Duration age) {
    return new ReplayOptions(age, tempDirectory, inMemoryLimit, limits, progress);
  }

  /** The same with another {@link #tempDirectory()}. */
  public ReplayOptions withTempDirectory(Path directory) {
    return new ReplayOptions(minAge, directory, inMemoryLimit, limits, progress);
  }

  /** The same with another {@link #inMemoryLimit()}; 0 streams everything. */
  public ReplayOptions withInMemoryLimit(long bytes) {
    return new ReplayOptions(minAge, tempDirectory, bytes, limits, progress);
  }

  /** The same with other {@link #limits()}. */
  public ReplayOptions withLimits(TrendLimits other) {
    return new ReplayOptions(minAge, tempDirectory, inMemoryLimit, other, progress);
  }

  /** The same with another {@link #progress()}. */
  public ReplayOptions withProgress(Progress other) {
    return new ReplayOptions(minAge, tempDirectory, inMemoryLimit, limits, other);
  }
}
