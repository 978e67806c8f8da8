package io.stranded.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.stranded.finding.Life;
import io.stranded.report.ProfileProto;
import io.stranded.report.Samples;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The profiles, as clients of Go's {@code net/http/pprof} ask for them. */
class PprofTest {
  private static final String LEAKS = "debug/pprof/threadleak";
  private static final String THREADS = "debug/pprof/thread";

  private final FakeSidecar sidecar = new FakeSidecar();
  private final HttpClient client = HttpClient.newHttpClient();
  private Endpoint endpoint = serve(false);

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void leaksAreAGzippedProfile() throws Exception {
    sidecar.leak();
    HttpResponse<byte[]> answer = get(LEAKS);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"threadleak\"");
    DynamicMessage profile = ProfileProto.parse(answer.body());
    assertThat(threads(profile)).isEqualTo(7);
    assertThat(ProfileProto.<String>list(profile, "string_table"))
        .contains("service", "orders", "pid", "4711", "app.Import.next");
  }

  @Test
  void leaksAreGroupsOfStacksWithDebug1() throws Exception {
    sidecar.leak();
    assertThat(text(LEAKS + "?debug=1"))
        .startsWith("threadleak profile: total 7\n")
        .contains(
            "3 @ 0000000000000001\n",
            "\"cause\":\"QUEUE_CONSUMER_ABANDONED\"",
            "#\tapp.Import.next\t(Import.java:31)\n",
            "# created by app.Import.start(Import.java:11)\n")
        .doesNotContain("\u001b");
  }

  @Test
  void eachThreadHasIdStateAgeStackAndCreatorWithDebug2() throws Exception {
    sidecar.leak();
    assertThat(text(LEAKS + "?debug=2"))
        .contains(
            "thread 21 \"import-1\" [leaked (proven), abandoned queue consumer, on"
                + " java.util.concurrent.ArrayBlockingQueue, orders 4711]:\n",
            "\tapp.Import.next(Import.java:31)\n",
            "created by app.Import.start(Import.java:11)\n",
            "virtual thread 32 \"mail\" [stuck (interrupt only), orphaned pool worker, 61 minutes");
  }

  @Test
  void secondsTellWhatChangesInThem() throws Exception {
    sidecar.leak();
    Route route =
        PprofRoutes.of(
                sidecar,
                sidecar.findings,
                false,
                time -> sidecar.report(List.of(Samples.consumers(5)), Life.Stage.GROWN))
            .get("/" + LEAKS);
    Request asked = new Request("/" + LEAKS, Map.of("seconds", "2"), "");
    DynamicMessage delta = ProfileProto.parse(Objects.requireNonNull(route).answer(asked).body());
    assertThat(ProfileProto.number(delta, "duration_nanos")).isEqualTo(2_000_000_000L);
    assertThat(threads(delta)).isEqualTo(2);
  }

  @Test
  void findingsTakeNoDump() throws Exception {
    sidecar.leak();
    get(LEAKS);
    text(LEAKS + "?debug=2");
    text("debug/pprof/");
    assertThat(sidecar.dumps).hasValue(0);
  }

  @Test
  void allThreadsAreRefusedUnlessTheyAreAllowed() throws Exception {
    HttpResponse<byte[]> answer = get(THREADS);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("X-Go-Pprof")).hasValue("1");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("--allow-profile");
    assertThat(sidecar.dumps).hasValue(0);
  }

  @Test
  void allThreadsAreToldWhereTheyAreAllowed() throws Exception {
    endpoint.close();
    endpoint = serve(true);
    sidecar.leak();
    assertThat(threads(ProfileProto.parse(get(THREADS).body()))).isEqualTo(2);
    assertThat(text(THREADS + "?debug=1")).startsWith("thread profile: total 2\n2 @");
    assertThat(text(THREADS + "?debug=2"))
        .contains(
            "thread 21 \"import-1\" [waiting, 1 minutes, on"
                + " java.util.concurrent.ArrayBlockingQueue, leaked (proven): abandoned queue"
                + " consumer, orders 4711]:\n");
    DynamicMessage delta = ProfileProto.parse(get(THREADS + "?seconds=1").body());
    assertThat(threads(delta)).isZero();
    assertThat(ProfileProto.list(delta, "sample")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?debug=3",
        "?debug=x",
        "?seconds=0",
        "?seconds=-1",
        "?seconds=61",
        "?pid=abc",
        "?seconds=1&debug=1"
      })
  void whatCannotBeAskedForIsABadRequest(String query) throws Exception {
    HttpResponse<byte[]> answer = get(LEAKS + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("X-Go-Pprof")).hasValue("1");
  }

  @Test
  void indexIsFoundWithoutItsLastSlash() throws Exception {
    HttpResponse<byte[]> answer = get("debug/pprof");
    assertThat(answer.statusCode()).isEqualTo(301);
    HttpClient follows =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    HttpRequest asked = HttpRequest.newBuilder(URI.create(endpoint.url() + "debug/pprof")).build();
    HttpResponse<String> index = follows.send(asked, HttpResponse.BodyHandlers.ofString());
    assertThat(index.uri()).isEqualTo(URI.create(endpoint.url() + "debug/pprof/"));
    assertThat(index.body()).isEqualTo(text("debug/pprof/"));
  }

  @Test
  void unknownProfileIsNotFoundAndGoKnowsWhoSaysSo() throws Exception {
    HttpResponse<byte[]> answer = get("debug/pprof/heap");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("X-Go-Pprof")).hasValue("1");
    assertThat(answer.body()).asString(StandardCharsets.UTF_8).isEqualTo("Unknown profile\n");
  }

  @Test
  void goToolPprofReadsThem() throws Exception {
    assumeTrue(new File("/usr/bin/go").canExecute(), "there is no go on this machine");
    sidecar.leak();
    String top = go("-top", endpoint.url() + LEAKS);
    assertThat(top).contains("Type: threads", "100%", "java.lang.Thread.run");
    String tags = go("-tags", endpoint.url() + LEAKS);
    assertThat(tags).contains("fingerprint", "0000000000000001", "orders");
  }

  private String go(String what, String address) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("go", "tool", "pprof", what, address);
    Map<String, String> environment = builder.environment();
    environment.put("HOME", directory.toString());
    environment.put("PPROF_TMPDIR", directory.toString());
    environment.put("GOFLAGS", "");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private Endpoint serve(boolean profiles) {
    try {
      return Endpoint.start(
          EndpointConfig.local(0),
          new SidecarSite(sidecar, sidecar.findings, profiles),
          line -> {});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long threads(Message profile) {
    return ProfileProto.<Message>list(profile, "sample").stream()
        .mapToLong(sample -> ProfileProto.<Long>list(sample, "value").get(0))
        .sum();
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    HttpRequest asked = HttpRequest.newBuilder(URI.create(endpoint.url() + path)).build();
    return client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
  }

  private String text(String path) throws Exception {
    HttpResponse<byte[]> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
