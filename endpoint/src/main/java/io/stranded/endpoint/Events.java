package io.stranded.endpoint;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Those who have the page open, and are told of changes as server-sent events. They cost no thread
 * but the one that tells them; who is one too many goes first, and the server's time limit for
 * answers ends each of them, after which a browser comes again.
 */
final class Events {
  private static final int MOST = 32;

  private final Deque<HttpExchange> open = new ArrayDeque<>();

  /** Answers a request, and goes on answering it. */
  void add(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    write(exchange, "retry: 3000\n\n");
    synchronized (open) {
      open.add(exchange);
      while (open.size() > MOST) {
        open.remove().close();
      }
    }
  }

  /** Tells all of them. */
  void send(String data) {
    List<HttpExchange> told;
    synchronized (open) {
      told = new ArrayList<>(open);
    }
    for (HttpExchange exchange : told) {
      try {
        write(exchange, "data: " + data + "\n\n");
      } catch (IOException | RuntimeException e) {
        synchronized (open) {
          open.remove(exchange);
        }
        exchange.close();
      }
    }
  }

  void close() {
    synchronized (open) {
      open.forEach(HttpExchange::close);
      open.clear();
    }
  }

  private static void write(HttpExchange exchange, String text) throws IOException {
    OutputStream out = exchange.getResponseBody();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
