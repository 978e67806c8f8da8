package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stranded.cli.Distribution;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.LeaksOnDemand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the packed sidecar shows and sends while it watches a real JVM. */
@Execution(ExecutionMode.CONCURRENT)
class WatchEndpointIT {
  private static final int TRIES = 600;

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void leakIsShownAndSent() throws Exception {
    Set<String> sent = new ConcurrentSkipListSet<>();
    HttpServer collector = collector(sent);
    int port = freePort();
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      Distribution watch =
          Distribution.start(
              "watch",
              "--listen=" + port,
              "--allow-profile",
              "--otlp-endpoint=http://127.0.0.1:" + collector.getAddress().getPort(),
              "--min-age=1s",
              "--dump-dir=" + directory,
              Long.toString(target.pid()));
      watch.awaitLog("listening on http://127.0.0.1:" + port + "/");
      target.send("leak 1");
      String address = "http://localhost:" + port;
      await(address + "/findings", body -> body.contains("\"fingerprint\""));
      assertThat(get(address + "/metrics").body())
          .containsPattern("stranded_finding_threads\\{.*standing=\"leaked\"} 1.0")
          .contains("stranded_threads{pid=\"" + target.pid() + "\"");
      assertThat(get(address + "/debug/pprof/threadleak?debug=1").body())
          .startsWith("threadleak profile: total 1\n1 @ ");
      assertThat(get(address + "/debug/pprof/thread?debug=2").body())
          .contains("leaked (proven)", "\"main\" [");
      assertThat(get(address + "/readyz").statusCode()).isEqualTo(200);
      assertThat(get(address + "/").body()).contains("<script src=\"/page.js\">");
      for (int i = 0; i < TRIES && sent.size() < 2; i++) {
        Thread.sleep(100);
      }
      assertThat(sent).containsExactly("/v1/logs", "/v1/metrics");
      watch.process().destroy();
      watch.await();
    } finally {
      collector.stop(0);
    }
  }

  private static HttpServer collector(Set<String> paths) throws IOException {
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          paths.add(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    return collector;
  }

  private void await(String address, Predicate<String> wanted) throws Exception {
    String body = "";
    for (int i = 0; i < TRIES; i++) {
      body = get(address).body();
      if (wanted.test(body)) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("never so: " + body);
  }

  private HttpResponse<String> get(String address) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
