package io.stranded.cli;

import io.stranded.watch.DumpBudget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When heap dumps of a running JVM may be taken, and where they go. */
final class DumpOptions {
  @Option(
      names = "--no-dump",
      description =
          "A dry run: take neither snapshots nor heap dumps, and report suspects, of which "
              + "nothing is proved. With --proof snapshot it forbids nothing but dumps.")
  private boolean none;

  @Option(
      names = "--dump-interval",
      paramLabel = "DURATION",
      defaultValue = "5m",
      converter = DurationConverter.class,
      description =
          "Least time between two heap dumps of a target, but for one that follows at once, "
              + "after a garbage collection, where garbage is in the way of a proof (default: "
              + "${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofMinutes(5);

  @Option(
      names = "--max-dumps",
      paramLabel = "N",
      description = "Take no more than N heap dumps of a target (default: no limit).")
  private int most = Integer.MAX_VALUE;

  @Option(
      names = "--max-dump-heap",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "Take none while more heap than that is in use, such as 8g (default: no limit).")
  private long largestHeap = Long.MAX_VALUE;

  @Option(
      names = "--disk-reserve",
      paramLabel = "SIZE",
      defaultValue = "1g",
      converter = SizeConverter.class,
      description = "Take none that might leave less disk free (default: ${DEFAULT-VALUE}).")
  private long diskReserve = 1L << 30;

  @Option(
      names = "--dump-window",
      paramLabel = "FROM-TO",
      converter = TimeWindowConverter.class,
      description = "Take them at this time of day only, such as 22:00-06:00.")
  private DumpBudget.@Nullable TimeWindow window;

  @Option(
      names = "--dump-dir",
      paramLabel = "DIR",
      description =
          "Directory for heap dumps, which are private to their owner and deleted after "
              + "their analysis; the target writes them (default: the system's temporary "
              + "directory).")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--keep-dumps",
      description = "Do not delete heap dumps, nor what snapshots have written.")
  private boolean keep;

  /**
   * What may be spent.
   *
   * @throws IllegalArgumentException if that is less than nothing
   */
  DumpBudget budget() {
    if (most < 0) {
      throw new IllegalArgumentException("--max-dumps must not be less than 0");
    }
    return new DumpBudget(
        !none, interval, most, largestHeap, diskReserve, Optional.ofNullable(window));
  }

  /**
   * Checks the directory, as far as it is one of ours: a target in a container has its own.
   *
   * @throws IllegalArgumentException if nothing can be written there
   */
  void requireDirectory() {
    Path place = directory();
    if (Files.exists(place) && !Files.isDirectory(place)) {
      throw new IllegalArgumentException("--dump-dir: " + place + ": is no directory");
    }
    // One that is neither there nor missing is behind another that we may not look into.
    boolean hidden = !Files.exists(place) && !Files.notExists(place);
    if (hidden || (Files.isDirectory(place) && !Files.isWritable(place))) {
      throw new IllegalArgumentException("--dump-dir: " + place + ": permission denied");
    }
  }

  Path directory() {
    return directory.toAbsolutePath();
  }

  boolean keep() {
    return keep;
  }
}
