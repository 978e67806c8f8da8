package io.stranded.liveness;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Takes the times of an analysis, stage by stage, and says what bounds them. */
final class StageClock {
  /** A stage of an analysis. */
  enum Stage {
    READING("reading", "a step for each object, and the bytes of the dump"),
    WAITS("looking at waits", "the number of threads"),
    MARKING("marking", "cache misses: each reference leads to another place"),
    FINDINGS("findings", "what leaked threads pin"),
    EXPLAINING("explaining", "cache misses: it goes over all that is live once more");

    private final String text;
    private final String bound;

    Stage(String text, String bound) {
      this.text = text;
      this.bound = bound;
    }
  }

  /** A clock that takes no times. */
  static final StageClock STOPPED = new StageClock(null);

  private static final double NANOS = 1e9;

  /** A stage that takes so many times its CPU time waits for something. */
  private static final double WAITING = 1.5;

  /** Seconds below which a stage is bound by nothing worth saying. */
  private static final double SHORT = 0.1;

  /** What one stage took, in seconds. */
  private record Lap(Stage stage, double cpu, double wall) {
    String note(long objects) {
      String note =
          String.format(
              Locale.ROOT,
              "%s took %.2f s of CPU, all threads of the JVM included, and %.2f s on the clock",
              stage.text,
              cpu,
              wall);
      if (wall < SHORT) {
        return note;
      }
      return note
          + String.format(Locale.ROOT, ", %.0f ns of CPU for each object", cpu * NANOS / objects)
          + "; bound by "
          + (wall > WAITING * cpu ? "the disk, or others that use this machine" : stage.bound);
    }
  }

  private final @Nullable OperatingSystemMXBean system;
  private final List<Lap> laps = new ArrayList<>();
  private final double cpuBefore;
  private double cpu;
  private double wall;

  private StageClock(@Nullable OperatingSystemMXBean system) {
    this.system = system;
    this.cpuBefore = system == null ? 0 : system.getProcessCpuTime() / NANOS;
    this.cpu = cpuBefore;
    this.wall = System.nanoTime() / NANOS;
  }

  /** A clock that runs from now on, and knows what the JVM took before. */
  static StageClock running() {
    return new StageClock(ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class));
  }

  /** A stage has ended, and the next one begins. */
  void ended(Stage stage) {
    if (system == null) {
      return;
    }
    double cpuNow = system.getProcessCpuTime() / NANOS;
    double wallNow = System.nanoTime() / NANOS;
    laps.add(new Lap(stage, cpuNow - cpu, wallNow - wall));
    cpu = cpuNow;
    wall = wallNow;
  }

  /** A sentence for each stage so far; none if the clock is stopped. */
  List<String> notes(long objects) {
    List<String> notes = new ArrayList<>();
    if (system != null) {
      notes.add(String.format(Locale.ROOT, "starting took %.2f s of CPU", cpuBefore));
    }
    laps.forEach(lap -> notes.add(lap.note(objects)));
    return notes;
  }
}
