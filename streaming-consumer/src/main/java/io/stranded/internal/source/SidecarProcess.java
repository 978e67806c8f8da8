package io.stranded.internal.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A process of ours, as it marks what it leaves in places that outlive it.
 *
 * @param pid its process id
 * @param started when it was started, in milliseconds
 * @param space the space of process ids that its own is from; 0 where there is only one
 */
record SidecarProcess(long pid, long started, long space) {
  /** The system tells the start of a process a little differently each time. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  /** This process. */
  static SidecarProcess us() {
    ProcessHandle self = ProcessHandle.current();
    return new SidecarProcess(self.pid(), startOf(self).toEpochMilli(), ourSpace());
  }

  /** Whether we can tell if it is alive: not in another container. */
  boolean isOfOurSpace() {
    return space == ourSpace();
  }

  /** Whether it runs, if it is of our space. */
  boolean isAlive() {
    return ProcessHandle.of(pid)
        .map(SidecarProcess::startOf)
        .map(start -> Duration.between(Instant.ofEpochMilli(started), start).abs())
        .filter(difference -> difference.compareTo(TOLERANCE) <= 0)
        .isPresent();
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /** Linux names it {@code pid:[4026531836]}. */
  private static long ourSpace() {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return Long.parseLong(name.replaceAll("\\D", ""));
    } catch (IOException | UnsupportedOperationException | NumberFormatException e) {
      return 0;
    }
  }
}
