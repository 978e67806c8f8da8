package publicleaks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.config.SocketConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;

/**
 * Apache's HTTP client let a TLS handshake wait for ever, whatever timeouts its requests had:
 * CVE-2015-5262. A timeout that its sockets have from the beginning holds there, too.
 */
final class SilentHandshake implements PublicLeak {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int LONG_MILLIS = 1_000_000;

  private final boolean healthy;

  SilentHandshake(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() throws IOException {
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    String uri = "https://127.0.0.1:" + silent.getLocalPort() + "/";
    Main.daemon("caller", () -> call(uri, silent));
  }

  private void call(String uri, ServerSocket silent) {
    PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager();
    if (healthy) {
      connections.setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(LONG_MILLIS).build());
    }
    HttpGet get = new HttpGet(uri);
    get.setConfig(
        RequestConfig.custom()
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setSocketTimeout(TIMEOUT_MILLIS)
            .build());
    try (silent;
        CloseableHttpClient client =
            HttpClients.custom().setConnectionManager(connections).build()) {
      client.execute(get).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
