package io.stranded.cli;

import io.stranded.endpoint.Endpoint;
import io.stranded.endpoint.EndpointOptions;
import io.stranded.endpoint.OpenFindings;
import io.stranded.endpoint.SidecarMetrics;
import io.stranded.endpoint.SidecarSite;
import io.stranded.finding.FindingSink;
import io.stranded.kafka.KafkaFindingSink;
import io.stranded.otlp.OtlpOptions;
import io.stranded.otlp.OtlpSink;
import io.stranded.watch.Sidecar;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a watch shows to others while it runs: an endpoint that is asked, a collector that is told.
 */
final class Shown implements Closeable {
  private final EndpointOptions endpoint;
  private final boolean profiles;
  private final boolean discovers;
  private final OpenFindings findings = new OpenFindings();
  private final Optional<OtlpSink> otlp;
  private Optional<KafkaFindingSink> kafka = Optional.empty();
  private Optional<Endpoint> served = Optional.empty();

  /**
   * What the options ask for.
   *
   * @param profiles whether a request may have threads dumped
   * @param discovers whether JVMs are picked up as they come
   * @throws IllegalArgumentException if an option is wrong; one line
   */
  Shown(EndpointOptions endpoint, OtlpOptions otlp, boolean profiles, boolean discovers) {
    this.endpoint = endpoint;
    this.profiles = profiles;
    this.discovers = discovers;
    this.otlp = otlp.open();
  }

  /** Where findings must go for that. */
  List<FindingSink> sinks() {
    List<FindingSink> sinks = new ArrayList<>();
    if (endpoint.isWanted() || otlp.isPresent()) {
      sinks.add(findings);
    }
    otlp.ifPresent(sinks::add);
    return sinks;
  }

  /** Takes note of a sink whose state is worth showing. */
  void delivering(FindingSink sink) {
    if (sink instanceof KafkaFindingSink deliverer) {
      kafka = Optional.of(deliverer);
    }
  }

  /**
   * Serves and sends until this is closed.
   *
   * @throws IOException if there is nowhere to listen; one line
   */
  void start(Sidecar sidecar, Consumer<String> log) throws IOException {
    WatchView view = new WatchView(sidecar, kafka, discovers);
    otlp.ifPresent(sink -> sink.measure(view, new SidecarMetrics(view, findings)));
    if (endpoint.isWanted()) {
      served =
          Optional.of(Endpoint.start(endpoint, new SidecarSite(view, findings, profiles), log));
    }
  }

  @Override
  public void close() {
    served.ifPresent(Endpoint::close);
  }
}
