package io.stranded.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.stranded.finding.Life;
import io.stranded.finding.Target;
import io.stranded.report.ProfileJson;
import io.stranded.report.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EndpointTest {
  private final FakeSidecar sidecar = new FakeSidecar();
  private final List<String> log = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private Endpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    serve(EndpointConfig.local(0));
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void numbersAreThoseOfTheSidecar() throws Exception {
    sidecar.leak();
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(answer.body())
        .contains(
            "# TYPE stranded_threads gauge",
            "stranded_threads{pid=\"4711\",service=\"orders\",state=\"live\"} 30.0",
            "stranded_threads_level{pid=\"4711\",service=\"orders\"} 1.0",
            "stranded_snapshot_pause_seconds_total{pid=\"4711\",service=\"orders\"} 0.042",
            "stranded_heap_dumps_total{pid=\"4711\",service=\"orders\"} 1.0",
            "stranded_finding_threads{cause=\"queue_consumer_abandoned\",pid=\"4711\","
                + "service=\"orders\",standing=\"leaked\"} 3.0",
            "stranded_finding_changes_total{stage=\"opened\"} 4.0",
            "stranded_build_info{");
  }

  @Test
  void openMetricsAreGivenToWhoAsksForThem() throws Exception {
    HttpRequest asked =
        request("/metrics").header("Accept", "application/openmetrics-text;version=1.0.0").build();
    HttpResponse<String> answer = client.send(asked, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    assertThat(answer.body()).contains("# UNIT stranded_lag_seconds seconds").endsWith("# EOF\n");
  }

  @Test
  void moreJvmsThanAreToldApartAreOne() throws Exception {
    for (int i = 0; i < SidecarMetrics.MOST_JVMS + 50; i++) {
      Target target = new Target("s" + i, "id-" + i, "host-1", 10_000 + i, "17");
      sidecar.targets.add(FakeSidecar.view(target, 1));
    }
    List<String> live =
        get("/metrics").body().lines().filter(line -> line.contains("state=\"live\"")).toList();
    assertThat(live)
        .hasSize(2 * (SidecarMetrics.MOST_JVMS + 1))
        .anyMatch(line -> line.contains("service=\"_others\"") && line.endsWith(" 51.0"));
  }

  @Test
  void deliveryIsToldWhereThereIsAny() throws Exception {
    assertThat(get("/metrics").body()).doesNotContain("stranded_spool_records");
    sidecar.delivery =
        Optional.of(new DeliveryView(5, 10, 1, 0, 0, Optional.of("no broker answers")));
    assertThat(get("/metrics").body())
        .contains("stranded_spool_records 5.0", "stranded_kafka_up 0.0");
  }

  @Test
  void probesTellWhetherItLivesAndWhetherItWorks() throws Exception {
    for (String path : List.of("/healthz", "/-/healthy", "/readyz", "/-/ready")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(200);
    }
    sidecar.targets.clear();
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    HttpResponse<String> answer = get("/readyz");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("no JVM is watched");
  }

  @Test
  void findingsAreAsTheSchemaSays() throws Exception {
    sidecar.leak();
    JsonNode profiles = json("/findings");
    JsonSchema schema;
    try (InputStream file =
        Objects.requireNonNull(
            ProfileJson.class.getResourceAsStream(ProfileJson.SCHEMA_RESOURCE))) {
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(file);
    }
    assertThat(profiles).hasSize(1);
    assertThat(schema.validate(profiles.get(0))).isEmpty();
    assertThat(profiles.get(0).path("findings")).hasSize(4);
    assertThat(json("/findings?pid=1")).isEmpty();
    assertThat(json("/findings?service=orders")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/findings?pid=abc",
        "/findings?pid=-1",
        "/findings?pid=9999999999999999999",
        "/findings/0000000000000001?pid=x",
        "/report?pid=x"
      })
  void processThatCannotBeIsABadRequest(String path) throws Exception {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("invalid value for \"pid\" - must be a process id\n");
      sidecar.leak();
    }
  }

  @Test
  void everyAddressIsToldAsOneThatABrowserTakes() throws Exception {
    for (String every : List.of("0.0.0.0:0", "[::]:0")) {
      endpoint.close();
      log.clear();
      serve(
          new EndpointConfig(
              ListenAddress.parse(every), Access.ANYBODY, /* open= */ true, Optional.empty()));
      assertThat(endpoint.url()).isEqualTo("http://localhost:" + port() + "/");
      assertThat(log)
          .containsExactly("listening on " + endpoint.url() + " and all addresses of this machine");
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void secretThatEverybodyCanReadIsWarnedOfAndTakenAllTheSame(@TempDir Path directory)
      throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "s3cret");
    Path passwords = Files.writeString(directory.resolve("passwords"), "anna:word");
    for (String mode : List.of("rw-r--r--", "rw-r-----")) {
      endpoint.close();
      log.clear();
      Files.setPosixFilePermissions(token, PosixFilePermissions.fromString(mode));
      Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString(mode));
      EndpointOptions options =
          CommandLine.populateCommand(
              new EndpointOptions(),
              "--listen=0",
              "--listen-token-file=" + token,
              "--listen-password-file=" + passwords);
      endpoint =
          Endpoint.start(options, new SidecarSite(sidecar, sidecar.findings, false), log::add);
      assertThat(withAuthorization("Bearer s3cret")).isEqualTo(200);
      String reason = ": everybody on this machine can read it: chmod 600 it";
      List<String> warnings =
          mode.endsWith("r--")
              ? List.of(
                  "warning: --listen-token-file " + token + reason,
                  "warning: --listen-password-file " + passwords + reason)
              : List.of();
      assertThat(log).filteredOn(line -> line.contains("warning")).isEqualTo(warnings);
    }
  }

  @Test
  void findingIsThereUntilItIsResolved() throws Exception {
    sidecar.leak();
    JsonNode one = json("/findings/0000000000000001");
    assertThat(one.get(0).path("findings")).hasSize(1);
    sidecar.report(Samples.profile().findings(), Life.Stage.RESOLVED);
    assertThat(get("/findings/0000000000000001").statusCode()).isEqualTo(404);
  }

  @Test
  void nothingIsChangedByARequest() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
      HttpRequest asked =
          request("/findings").method(method, HttpRequest.BodyPublishers.noBody()).build();
      HttpResponse<String> answer = client.send(asked, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void pageOfTheInternetThatLedItsNameToUsIsRefused() throws Exception {
    assertThat(raw("GET /findings HTTP/1.1\r\nHost: evil.example:9404\r\n\r\n"))
        .startsWith("HTTP/1.1 403");
    for (String host : List.of("localhost", "127.0.0.1:9404", "[::1]:9404", "a.localhost")) {
      assertThat(raw("GET /findings HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
          .as(host)
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whoHasAPasswordOrTokenIsAnsweredAndNobodyElse() throws Exception {
    endpoint.close();
    serve(
        new EndpointConfig(
            ListenAddress.parse("0"),
            new Access(Optional.of("s3cret"), List.of("anna:pass:word")),
            false,
            Optional.empty()));
    assertThat(get("/findings").statusCode()).isEqualTo(401);
    assertThat(get("/events").statusCode()).isEqualTo(401);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(withAuthorization("Bearer s3cret")).isEqualTo(200);
    assertThat(withAuthorization("Bearer s3cre")).isEqualTo(401);
    assertThat(withAuthorization(basic("anna:pass:word"))).isEqualTo(200);
    assertThat(withAuthorization(basic("anna:pass"))).isEqualTo(401);
    assertThat(withAuthorization(basic("anybody:s3cret"))).isEqualTo(200);
    assertThat(withAuthorization("Basic %%%")).isEqualTo(401);
  }

  @Test
  void whoSendsHalfARequestHoldsNobodyUp() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.getOutputStream().write("GET /fin".getBytes(StandardCharsets.US_ASCII));
        slow.add(socket);
      }
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void changeReachesWhoHasThePageOpen() throws Exception {
    HttpResponse<InputStream> answer =
        client.send(request("/events").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).startsWith("retry:");
      sidecar.leak();
      String wanted = "data: " + sidecar.findings.version();
      assertThat(lines.lines().anyMatch(wanted::equals)).isTrue();
    }
  }

  @Test
  void threadsAreDaemonsWithNamesOfTheirOwn() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(
            thread ->
                thread.getName().startsWith("stranded-http")
                    || thread.getName().startsWith("HTTP-Dispatcher"))
        .hasSizeGreaterThanOrEqualTo(3)
        .allMatch(Thread::isDaemon);
  }

  @Test
  void errorOfOursTellsNothingButThatItIsOne() throws Exception {
    HttpResponse<String> answer = get("/report");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(raw("GET /findings?pid=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(raw("GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 404");
    assertThat(log).noneMatch(line -> line.contains("internal"));
  }

  @Test
  void secondOneOnTheSamePortSaysSoInOneLine() {
    assertThatThrownBy(
            () ->
                Endpoint.start(
                    EndpointConfig.local(port()),
                    new SidecarSite(sidecar, sidecar.findings, false),
                    log::add))
        .isInstanceOf(IOException.class)
        .hasMessage("--listen 127.0.0.1:" + port() + ": Address already in use");
  }

  @ParameterizedTest
  @ValueSource(strings = {":9404", "localhost:", "localhost:99999", "::1:9404", "nine"})
  void addressThatIsNoneIsToldInOneLine(String text) {
    assertThatThrownBy(() -> ListenAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--listen " + text + ": ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void portAloneIsOfTheLoopback() {
    assertThat(ListenAddress.parse("9404").getAddress().isLoopbackAddress()).isTrue();
  }

  private void serve(EndpointConfig config) throws IOException {
    endpoint = Endpoint.start(config, new SidecarSite(sidecar, sidecar.findings, false), log::add);
  }

  private int port() {
    return URI.create(endpoint.url()).getPort();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(endpoint.url().replaceAll("/$", "") + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    return new ObjectMapper().readTree(answer.body());
  }

  private int withAuthorization(String value) throws Exception {
    HttpRequest asked = request("/findings").header("Authorization", value).build();
    return client.send(asked, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /** What a client of our own would not send. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return String.valueOf(
          new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
              .readLine());
    }
  }
}
