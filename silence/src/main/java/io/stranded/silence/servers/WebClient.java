package io.stranded.silence.servers;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A client of a web server, with a connection and a selector of its own. */
final class WebClient implements Client {
  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpRequest request;
  private final boolean asynchronous;

  private WebClient(int port, boolean asynchronous) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    this.request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + "/")).build();
    this.asynchronous = asynchronous;
  }

  /** Clients of the web server at this port of the loopback interface. */
  static Clients at(int port) {
    return number -> new WebClient(port, number % 2 == 1);
  }

  @Override
  public void request() throws Exception {
    HttpResponse<String> response =
        asynchronous
            ? http.sendAsync(request, BodyHandlers.ofString()).join()
            : http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200 || !response.body().startsWith("answer")) {
      throw new IllegalStateException(response + ": " + response.body());
    }
  }
}
