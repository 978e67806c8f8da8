package io.stranded.fleet;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** How far the consumers of an application are behind, by their own numbers. */
final class ConsumerLag {
  private static final String GROUP = "consumer-fetch-manager-metrics";

  /** Of one partition as of the last fetch; the largest of a while is not a number when idle. */
  private static final String NAME = "records-lag";

  /** Ends the names of consumers that read state back. */
  private static final String RESTORING = "-restore-consumer";

  private ConsumerLag() {}

  /** The records of the partition that is furthest behind; empty where none was read. */
  static OptionalDouble of(Map<MetricName, ? extends Metric> metrics) {
    return metrics.entrySet().stream()
        .filter(entry -> isLag(entry.getKey()))
        .map(entry -> entry.getValue().metricValue())
        .filter(Double.class::isInstance)
        .mapToDouble(value -> (Double) value)
        .filter(Double::isFinite)
        .max();
  }

  private static boolean isLag(MetricName name) {
    return name.group().equals(GROUP)
        && name.name().equals(NAME)
        && !Objects.requireNonNullElse(name.tags().get("client-id"), "").endsWith(RESTORING);
  }
}
