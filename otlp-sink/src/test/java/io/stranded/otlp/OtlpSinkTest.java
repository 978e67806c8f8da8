package io.stranded.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import io.stranded.endpoint.DeliveryView;
import io.stranded.endpoint.OpenFindings;
import io.stranded.endpoint.SidecarMetrics;
import io.stranded.endpoint.SidecarView;
import io.stranded.endpoint.TargetView;
import io.stranded.endpoint.ThreadView;
import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector gets, by the field numbers of OpenTelemetry's protocol. */
class OtlpSinkTest {
  private static final Target ORDERS =
      new Target("orders", "host-1/4711/1", "host-1", 4711, "17.0.15+6", Optional.of("1.4"));

  /** A request that a collector got. */
  private record Got(String path, String header, UnknownFieldSet message) {}

  private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
  private volatile int answer = 200;

  @SuppressWarnings("NullAway.Init")
  private HttpServer collector;

  @SuppressWarnings("NullAway.Init")
  private OtlpSink sink;

  @BeforeEach
  void start() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          try (InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
            UnknownFieldSet message = UnknownFieldSet.parseFrom(body.readAllBytes());
            if (answer == 200) {
              got.add(
                  new Got(
                      exchange.getRequestURI().getPath(),
                      String.valueOf(exchange.getRequestHeaders().getFirst("X-Tenant")),
                      message));
            }
          }
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    collector.start();
    sink = new OtlpSink(address(), Map.of("X-Tenant", "shop"), Duration.ofMillis(100));
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  @Test
  void changeOfAFindingIsALogRecordOfItsService() throws Exception {
    sink.accept(profile(Life.Stage.OPENED));
    Got request = await("/v1/logs");
    assertThat(request.header()).isEqualTo("shop");
    UnknownFieldSet resourceLogs = only(request.message(), 1);
    assertThat(attributes(only(resourceLogs, 1), 1))
        .containsEntry("service.name", "orders")
        .containsEntry("service.version", "1.4")
        .containsEntry("service.instance.id", "host-1/4711/1");
    UnknownFieldSet log = only(only(resourceLogs, 2), 2);
    // WARN
    assertThat(log.getField(2).getVarintList()).containsExactly(13L);
    assertThat(text(log, 12)).isEqualTo("stranded.finding");
    assertThat(text(only(log, 5), 1)).isEqualTo("1 thread waits for a latch");
    assertThat(attributes(log, 6))
        .containsEntry("stranded.finding.fingerprint", "00000000000000aa")
        .containsEntry("stranded.finding.stage", "opened")
        .containsEntry("stranded.finding.standing", "leaked")
        .containsEntry("stranded.finding.cause", "latch_never_counted_down")
        .containsEntry("code.stacktrace", "app.Job.run(Job.java:7)");
    sink.close();
  }

  @Test
  void whatIsOverIsNoWarning() throws Exception {
    sink.accept(profile(Life.Stage.RESOLVED));
    UnknownFieldSet log = only(only(only(await("/v1/logs").message(), 1), 2), 2);
    // INFO
    assertThat(log.getField(2).getVarintList()).containsExactly(9L);
    sink.close();
  }

  @Test
  void numbersOfEachJvmAreOfItsOwnResource() throws Exception {
    OpenFindings findings = new OpenFindings();
    SidecarView sidecar = new OneTarget();
    sink.measure(sidecar, new SidecarMetrics(sidecar, findings));
    Got request = await("/v1/metrics");
    List<String> services = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (UnknownFieldSet resource : messages(request.message(), 1)) {
      services.add(attributes(only(resource, 1), 1).get("service.name"));
      for (UnknownFieldSet metric : messages(only(resource, 2), 2)) {
        names.add(text(metric, 1) + " " + text(metric, 3));
      }
    }
    assertThat(services).containsExactlyInAnyOrder("stranded", "orders");
    assertThat(names)
        .contains("stranded.threads 1", "stranded.snapshot_pause s", "stranded.build 1");
    sink.close();
  }

  @Test
  void recordsWaitForACollectorThatIsAway() throws Exception {
    answer = 503;
    sink.accept(profile(Life.Stage.OPENED));
    answer = 200;
    assertThat(await("/v1/logs").path()).isEqualTo("/v1/logs");
    sink.close();
  }

  @Test
  void whatNobodyTookIsSaidAtTheEnd() throws Exception {
    answer = 400;
    sink.accept(profile(Life.Stage.OPENED));
    assertThatThrownBy(() -> sink.close())
        .isInstanceOf(IOException.class)
        .hasMessage(address() + ": the collector has not taken 1 change of a finding");
  }

  private String address() {
    return "http://127.0.0.1:" + collector.getAddress().getPort();
  }

  private Got await(String path) throws InterruptedException {
    while (true) {
      Got next = Objects.requireNonNull(got.poll(60, TimeUnit.SECONDS), "no request came");
      if (next.path().equals(path)) {
        return next;
      }
    }
  }

  private static LeakProfile profile(Life.Stage stage) {
    Instant now = Instant.now();
    List<FoundThread> threads = List.of(new FoundThread("job", 7, false, Optional.empty()));
    Finding finding =
        new Finding(
            "00000000000000aa",
            Verdict.LEAKED,
            Optional.of(Confidence.PROVEN),
            Cause.LATCH_NEVER_COUNTED_DOWN,
            "1 thread waits for a latch",
            new SyncObject("java.util.concurrent.CountDownLatch", "parked", Map.of()),
            threads,
            100,
            List.of("app.Job.run(Job.java:7)"),
            List.of(),
            List.of("nothing live leads to it"),
            Set.of(),
            Optional.of(new Life(stage, now, now)),
            List.of());
    List<Finding> findings = List.of(finding);
    return new LeakProfile(
        Optional.of(ORDERS),
        now,
        Optional.empty(),
        ThreadCounts.of(10, 1, findings),
        findings,
        List.of());
  }

  private static UnknownFieldSet only(UnknownFieldSet message, int field)
      throws InvalidProtocolBufferException {
    List<UnknownFieldSet> all = messages(message, field);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field)
      throws InvalidProtocolBufferException {
    List<UnknownFieldSet> all = new ArrayList<>();
    for (ByteString bytes : message.getField(field).getLengthDelimitedList()) {
      all.add(UnknownFieldSet.parseFrom(bytes));
    }
    return all;
  }

  private static String text(UnknownFieldSet message, int field) {
    List<ByteString> all = message.getField(field).getLengthDelimitedList();
    return all.isEmpty() ? "" : all.get(0).toStringUtf8();
  }

  private static Map<String, String> attributes(UnknownFieldSet message, int field)
      throws InvalidProtocolBufferException {
    Map<String, String> attributes = new HashMap<>();
    for (UnknownFieldSet pair : messages(message, field)) {
      attributes.put(text(pair, 1), text(only(pair, 2), 1));
    }
    return attributes;
  }

  /** A sidecar of one JVM. */
  private static final class OneTarget implements SidecarView {
    @Override
    public List<TargetView> targets() {
      TargetView.Stops none = new TargetView.Stops(0, Duration.ZERO, Optional.empty());
      return List.of(
          new TargetView(
              ORDERS,
              new TargetView.Threads(30, 12, 7, 6),
              0,
              Optional.empty(),
              0,
              none,
              none,
              900,
              Optional.empty()));
    }

    @Override
    public Optional<DeliveryView> delivery() {
      return Optional.empty();
    }

    @Override
    public Optional<String> unready() {
      return Optional.empty();
    }

    @Override
    public String version() {
      return "1.0";
    }

    @Override
    public Map<Target, List<ThreadView>> threads() {
      return Map.of();
    }
  }
}
