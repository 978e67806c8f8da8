package io.stranded.benchmarks.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** A web service whose every answer takes two threads: one that serves, and one that it asks. */
final class WebServer {
  private static final int THREADS = 32;
  private static final byte[] BODY = new byte[1024];

  private WebServer() {}

  /** Starts one and returns its port. */
  static int start(ThreadFactory threads) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService workers = Executors.newFixedThreadPool(THREADS, threads);
    server.setExecutor(Executors.newFixedThreadPool(THREADS, threads));
    server.createContext("/", exchange -> answer(exchange, workers));
    server.start();
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, ExecutorService workers) throws IOException {
    byte[] body = CompletableFuture.supplyAsync(BODY::clone, workers).join();
    exchange.sendResponseHeaders(200, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }
}
