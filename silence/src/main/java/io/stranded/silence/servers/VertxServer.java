package io.stranded.silence.servers;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.nio.file.Path;

/** Eclipse Vert.x: an event loop, and workers for what blocks. */
final class VertxServer {
  private VertxServer() {}

  static Clients start(Path directory) {
    Vertx vertx = Vertx.vertx();
    Backend backend = new Backend();
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    vertx
                        .executeBlocking(() -> backend.answer(request.method().name()))
                        .onSuccess(answer -> request.response().end(answer))
                        .onFailure(e -> request.response().setStatusCode(500).end()))
            .listen(0, InetAddress.getLoopbackAddress().getHostAddress())
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    return WebClient.at(server.actualPort());
  }
}
