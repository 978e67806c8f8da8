package io.stranded.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.stranded.endpoint.Metric;
import java.util.List;

/**
 * A number of ours as the SDK's exporters take it. The numbers are read whole, so no instruments
 * are kept that would have to be taken out with each JVM that ends.
 */
record SentMetric(
    Metric metric, Resource resource, InstrumentationScopeInfo scope, long from, long now)
    implements MetricData {
  @Override
  public Resource getResource() {
    return resource;
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return scope;
  }

  /** With dots, as OpenTelemetry names things: {@code stranded.threads}. */
  @Override
  public String getName() {
    int underscore = metric.name().indexOf('_');
    return metric.name().substring(0, underscore) + "." + metric.name().substring(underscore + 1);
  }

  @Override
  public String getDescription() {
    return metric.help();
  }

  @Override
  public String getUnit() {
    return switch (metric.unit()) {
      case "seconds" -> "s";
      case "bytes" -> "By";
      default -> "1";
    };
  }

  @Override
  public MetricDataType getType() {
    return metric.kind() == Metric.Kind.COUNTER
        ? MetricDataType.DOUBLE_SUM
        : MetricDataType.DOUBLE_GAUGE;
  }

  @Override
  public Data<?> getData() {
    List<DoublePointData> points = metric.samples().stream().map(this::point).toList();
    return metric.kind() == Metric.Kind.COUNTER
        ? SumData.createDoubleSumData(true, AggregationTemporality.CUMULATIVE, points)
        : GaugeData.createDoubleGaugeData(points);
  }

  private DoublePointData point(Metric.Sample sample) {
    AttributesBuilder attributes = Attributes.builder();
    sample.labels().forEach(attributes::put);
    return DoublePointData.create(from, now, attributes.build(), sample.value(), List.of());
  }
}
