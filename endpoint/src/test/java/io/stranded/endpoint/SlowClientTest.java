package io.stranded.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that ask, and do not read what they are told. */
class SlowClientTest {
  /** More than any socket takes in advance. */
  private static final int LARGE = 16 << 20;

  private final List<Socket> stuck = new ArrayList<>();
  private final List<WeakReference<byte[]>> bodies = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private EndpointServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        EndpointServer.start(
            EndpointConfig.local(0),
            Map.of(
                "/large",
                request -> large(),
                "/healthz",
                request -> Response.text(200, "it works")),
            line -> {});
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : stuck) {
      socket.close();
    }
    server.close();
  }

  @Test
  void whoNeverReadsHoldsUpNeitherProbesNorReaders() throws Exception {
    for (int i = 0; i < 24; i++) {
      askAndDoNotRead();
    }
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/large").body()).hasSize(LARGE);
  }

  @Test
  void answersThatNobodyReadsAreFewInMemory() throws Exception {
    for (int i = 0; i < 24; i++) {
      askAndDoNotRead();
    }
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    while (bodies.size() < 24 || kept() > Writes.MOST) {
      System.gc();
      Thread.sleep(20);
    }
  }

  private long kept() {
    return bodies.stream().filter(body -> !body.refersTo(null)).count();
  }

  private Response large() {
    byte[] body = new byte[LARGE];
    bodies.add(new WeakReference<>(body));
    return Response.of(200, "application/octet-stream", body);
  }

  private void askAndDoNotRead() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
    socket
        .getOutputStream()
        .write(
            "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    stuck.add(socket);
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(50))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  private int port() {
    return URI.create(server.url()).getPort();
  }
}
