package io.stranded.silence.servers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/** Eclipse Jetty. */
final class Jetty extends Handler.Abstract {
  private final Backend backend = new Backend();

  static Clients start(Path directory) throws Exception {
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.setTempDirectory(directory.toFile());
    server.setHandler(new Jetty());
    server.start();
    return WebClient.at(server.getURI().getPort());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String answer = backend.answer(request.getMethod());
    response.write(true, StandardCharsets.UTF_8.encode(answer), callback);
    return true;
  }
}
