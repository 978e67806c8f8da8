package io.stranded.otlp;

import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporterBuilder;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import io.stranded.endpoint.Metric;
import io.stranded.endpoint.SidecarMetrics;
import io.stranded.endpoint.SidecarView;
import io.stranded.endpoint.TargetView;
import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Sends to an OpenTelemetry collector. A thread of its own sends, so that no collector holds up a
 * watch; while there is none, changes of findings wait, up to {@value #MOST_RECORDS} of them, and
 * further ones are refused.
 */
public final class OtlpSink implements FindingSink {
  private static final System.Logger LOG = System.getLogger(OtlpSink.class.getName());

  private static final int MOST_RECORDS = 10_000;
  private static final int MOST_AT_ONCE = 500;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSING = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 1000;
  private static final long RETRY_MILLIS = 5000;

  private record Measured(SidecarView sidecar, SidecarMetrics metrics) {}

  private final String endpoint;
  private final Duration interval;
  private final OtlpHttpLogRecordExporter logs;
  private final OtlpHttpMetricExporter metrics;
  private final Queue<LogRecordData> records = new ArrayDeque<>();
  private final long startNanos = nanos(Instant.now());
  private final Thread sender = new Thread(this::run, "stranded-otlp");
  private volatile Optional<Measured> measured = Optional.empty();
  private volatile boolean closing;

  /** A sink that sends to the address, with these headers, numbers so often. */
  OtlpSink(String endpoint, Map<String, String> headers, Duration interval) {
    this.endpoint = endpoint;
    this.interval = interval;
    OtlpHttpLogRecordExporterBuilder logBuilder =
        OtlpHttpLogRecordExporter.builder()
            .setEndpoint(endpoint + "/v1/logs")
            .setTimeout(TIMEOUT)
            .setCompression("gzip");
    OtlpHttpMetricExporterBuilder metricBuilder =
        OtlpHttpMetricExporter.builder()
            .setEndpoint(endpoint + "/v1/metrics")
            .setTimeout(TIMEOUT)
            .setCompression("gzip");
    headers.forEach(logBuilder::addHeader);
    headers.forEach(metricBuilder::addHeader);
    this.logs = logBuilder.build();
    this.metrics = metricBuilder.build();
    sender.setDaemon(true);
    sender.start();
  }

  /** Sends the numbers of a sidecar from now on. */
  public void measure(SidecarView sidecar, SidecarMetrics source) {
    measured = Optional.of(new Measured(sidecar, source));
  }

  @Override
  public void accept(LeakProfile profile) throws IOException {
    List<LogRecordData> changes = FindingRecords.of(profile);
    synchronized (records) {
      if (records.size() + changes.size() > MOST_RECORDS) {
        throw new IOException(endpoint + ": " + records.size() + " changes wait for the collector");
      }
      records.addAll(changes);
    }
  }

  /**
   * Sends what waits, for a few seconds.
   *
   * @throws IOException if something is left; one line
   */
  @Override
  public void close() throws IOException {
    closing = true;
    sender.interrupt();
    try {
      sender.join(CLOSING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    CompletableResultCode unused = logs.shutdown();
    unused = metrics.shutdown();
    int left = waiting().size();
    if (left > 0) {
      throw new IOException(
          "%s: the collector has not taken %s"
              .formatted(
                  endpoint, left == 1 ? "1 change of a finding" : left + " changes of findings"));
    }
  }

  private void run() {
    long dueNanos = System.nanoTime();
    while (!closing) {
      boolean due = System.nanoTime() - dueNanos >= 0 && measured.isPresent();
      if (due) {
        dueNanos = System.nanoTime() + interval.toNanos();
      }
      boolean taken = send(due);
      try {
        Thread.sleep(taken ? POLL_MILLIS : RETRY_MILLIS);
      } catch (InterruptedException e) {
        // Only close interrupts.
        break;
      }
    }
    boolean unused = Thread.interrupted();
    unused = send(/* numbers= */ true);
  }

  /** Sends what waits, and the numbers; what goes wrong with that must not end the sender. */
  private boolean send(boolean numbers) {
    try {
      if (numbers) {
        measured.ifPresent(this::sendMetrics);
      }
      return sendRecords();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot be sent to " + endpoint + ": " + e);
      return false;
    }
  }

  /** Whether nothing is left that the collector does not take just now. */
  private boolean sendRecords() {
    for (List<LogRecordData> next = waiting(); !next.isEmpty(); next = waiting()) {
      CompletableResultCode sent =
          logs.export(next).join(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (!sent.isSuccess()) {
        return false;
      }
      synchronized (records) {
        for (int i = 0; i < next.size(); i++) {
          records.remove();
        }
      }
    }
    return true;
  }

  private List<LogRecordData> waiting() {
    synchronized (records) {
      return records.stream().limit(MOST_AT_ONCE).toList();
    }
  }

  private void sendMetrics(Measured source) {
    String version = source.sidecar().version();
    InstrumentationScopeInfo scope = Resources.scope(version);
    long now = nanos(Instant.now());
    List<MetricData> data = new ArrayList<>();
    add(data, source.metrics().own(), Resources.ofSidecar(version), scope, now);
    for (TargetView target : source.sidecar().targets()) {
      add(data, source.metrics().of(target), Resources.of(target.jvm()), scope, now);
    }
    CompletableResultCode unused =
        metrics.export(data).join(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void add(
      List<MetricData> data,
      List<Metric> numbers,
      Resource resource,
      InstrumentationScopeInfo scope,
      long now) {
    for (Metric number : numbers) {
      if (!number.samples().isEmpty()) {
        data.add(new SentMetric(number, resource, scope, startNanos, now));
      }
    }
  }

  private static long nanos(Instant at) {
    return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
  }
}
