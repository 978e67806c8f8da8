package io.stranded.endpoint;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this process costs, by the names that Prometheus has for that. */
public final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMetrics() {}

  /** The numbers as they are. */
  public static List<Metric> now() {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    List<Metric> metrics = new ArrayList<>();
    metrics.add(
        Metric.gauge(
                "process_start_time",
                "When this process was started.",
                value(runtime.getStartTime() / 1000.0))
            .in("seconds"));
    ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .ifPresent(
            used ->
                metrics.add(
                    Metric.counter(
                            "process_cpu", "Processor time used by this process.", value(cpu(used)))
                        .in("seconds")));
    resident()
        .ifPresent(
            bytes ->
                metrics.add(
                    Metric.gauge(
                            "process_resident_memory",
                            "Memory that this process has.",
                            value(bytes))
                        .in("bytes")));
    return metrics;
  }

  private static double cpu(Duration used) {
    return SidecarMetrics.seconds(used);
  }

  private static List<Metric.Sample> value(double value) {
    return List.of(new Metric.Sample(Map.of(), value));
  }

  /** Where the system is Linux. */
  private static Optional<Double> resident() {
    if (!Files.isReadable(STATUS)) {
      return Optional.empty();
    }
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
