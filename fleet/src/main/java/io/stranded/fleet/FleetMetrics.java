package io.stranded.fleet;

import io.stranded.endpoint.Metric;
import io.stranded.finding.Cause;
import io.stranded.finding.Standing;
import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The numbers of leaks, by cause and by how sure they are: as many as there are words. */
final class FleetMetrics {
  private FleetMetrics() {}

  private record Kind(Cause cause, Standing standing) {
    Map<String, String> labels() {
      Map<String, String> labels = new LinkedHashMap<>();
      labels.put("cause", cause.name().toLowerCase(Locale.ROOT));
      labels.put("standing", standing.name().toLowerCase(Locale.ROOT));
      return labels;
    }
  }

  static List<Metric> of(String version, Collection<Leak> leaks) {
    Map<Kind, List<Leak>> kinds =
        leaks.stream()
            .filter(leak -> leak.jvms() > 0)
            .collect(
                Collectors.groupingBy(
                    leak ->
                        new Kind(
                            FleetSite.cause(leak).orElse(Cause.UNKNOWN),
                            FleetSite.standing(leak))));
    return List.of(
        new Metric(
            Metric.Kind.INFO,
            "stranded_build",
            "The version of Stranded.",
            "",
            List.of(new Metric.Sample(Map.of("version", version), 1))),
        Metric.gauge("stranded_fleet_leaks", "Kinds of leaks.", samples(kinds, List::size)),
        Metric.gauge(
            "stranded_fleet_leak_jvms",
            "JVMs that have a leak, each once for each of its leaks.",
            samples(kinds, each -> each.stream().mapToLong(Leak::jvms).sum())),
        Metric.gauge(
            "stranded_fleet_leak_threads",
            "Threads of all leaks.",
            samples(kinds, each -> each.stream().mapToLong(Leak::threads).sum())),
        Metric.gauge(
                "stranded_fleet_leak_pinned",
                "Heap that only threads of leaks keep alive.",
                samples(
                    kinds,
                    each ->
                        each.stream()
                            .map(Leak::pinnedBytes)
                            .reduce(BigInteger.ZERO, BigInteger::add)))
            .in("bytes"));
  }

  /** Nothing as long as that is not known. */
  static List<Metric> lag(OptionalDouble records) {
    return records.isEmpty()
        ? List.of()
        : List.of(
            Metric.gauge(
                "stranded_fleet_consumer_lag_records",
                "How far this instance is behind in the partition where it is furthest.",
                List.of(new Metric.Sample(Map.of(), records.getAsDouble()))));
  }

  private static List<Metric.Sample> samples(
      Map<Kind, List<Leak>> kinds, Function<List<Leak>, Number> value) {
    return kinds.entrySet().stream()
        .map(
            kind ->
                new Metric.Sample(
                    kind.getKey().labels(), value.apply(kind.getValue()).doubleValue()))
        .toList();
  }
}
