package io.stranded.endpoint;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Metrics in the formats of Prometheus and OpenMetrics, whichever a scraper asks for. */
final class PrometheusText {
  private static final ExpositionFormatWriter PROMETHEUS =
      PrometheusTextFormatWriter.builder().build();
  private static final ExpositionFormatWriter OPEN_METRICS =
      OpenMetricsTextFormatWriter.builder().build();

  private PrometheusText() {}

  /** The answer to a scrape with such an {@code Accept} header; empty if there is none. */
  static Response of(List<Metric> metrics, String accept) {
    ExpositionFormatWriter writer = OPEN_METRICS.accepts(accept) ? OPEN_METRICS : PROMETHEUS;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(
          out,
          new MetricSnapshots(metrics.stream().map(PrometheusText::snapshot).toList()),
          EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
    return Response.of(200, writer.getContentType(), out.toByteArray());
  }

  private static MetricSnapshot snapshot(Metric metric) {
    String name = metric.unit().isEmpty() ? metric.name() : metric.name() + "_" + metric.unit();
    MetricMetadata metadata =
        metric.unit().isEmpty()
            ? new MetricMetadata(name, metric.help())
            : new MetricMetadata(name, metric.help(), new Unit(metric.unit()));
    return switch (metric.kind()) {
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              metric.samples().stream()
                  .map(s -> new GaugeDataPointSnapshot(s.value(), labels(s), null))
                  .toList());
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              metric.samples().stream()
                  .map(s -> new CounterDataPointSnapshot(s.value(), labels(s), null, 0))
                  .toList());
      case INFO ->
          new InfoSnapshot(
              metadata,
              metric.samples().stream().map(s -> new InfoDataPointSnapshot(labels(s))).toList());
    };
  }

  private static Labels labels(Metric.Sample sample) {
    Map<String, String> labels = sample.labels();
    return labels.isEmpty()
        ? Labels.EMPTY
        : Labels.of(labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new));
  }
}
