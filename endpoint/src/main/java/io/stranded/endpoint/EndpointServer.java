package io.stranded.endpoint;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.stranded.finding.FailureLine;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An HTTP server that shows things and changes none. It never hurts whom it is in: eight threads, a
 * bounded queue, connections and requests within time limits, all threads daemons. The JDK's server
 * takes its limits from system properties, which are set here unless somebody has.
 */
public final class EndpointServer implements Closeable {
  private static final int THREADS = 8;
  private static final int QUEUE = 64;
  private static final int IDLE_SECONDS = 30;
  private static final byte[] NOTHING = {};
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
          + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** What a server that hears from strangers must not leave open, by the JDK's own names. */
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "120",
          "sun.net.httpserver.idleInterval", "30",
          "sun.net.httpserver.maxIdleConnections", "32",
          "sun.net.httpserver.maxReqHeaders", "64",
          "jdk.httpserver.maxConnections", "128");

  private final EndpointConfig config;
  private final Map<String, Route> routes;
  private final Consumer<String> log;
  private final HttpServer server;
  private final ThreadPoolExecutor workers;
  private final Writes writes = new Writes();
  private final Events events = new Events();

  private EndpointServer(
      EndpointConfig config, Map<String, Route> routes, Consumer<String> log, HttpServer server) {
    this.config = config;
    this.routes = new TreeMap<>(routes);
    this.log = log;
    this.server = server;
    this.workers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            daemons("stranded-http-"));
    workers.allowCoreThreadTimeOut(true);
  }

  /**
   * Listens.
   *
   * @param routes by their paths; one that ends in a slash is for all paths below it
   * @param log hears one line for each thing worth telling
   * @throws IOException if the address cannot be had; one line
   */
  static EndpointServer start(
      EndpointConfig config, Map<String, Route> routes, Consumer<String> log) throws IOException {
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
    EndpointServer made = new EndpointServer(config, routes, log, bind(config));
    made.server.createContext("/", made::handle);
    made.server.setExecutor(made.workers);
    startAsDaemon(made.server);
    log.accept(
        "listening on "
            + made.url()
            + (config.address().getAddress().isAnyLocalAddress()
                ? " and all addresses of this machine"
                : ""));
    return made;
  }

  /** Where it listens, as one types it into a browser. */
  public String url() {
    InetSocketAddress at = server.getAddress();
    InetAddress address = at.getAddress();
    String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
    return (config.tls().isPresent() ? "https://" : "http://")
        + (host.indexOf(':') < 0 ? host : "[" + host.replaceAll("%.*", "") + "]")
        + ":"
        + at.getPort()
        + "/";
  }

  /** Tells everybody who has the page open that something has changed. */
  void changed(String data) {
    events.send(data);
  }

  /** Stops at once. */
  @Override
  public void close() {
    events.close();
    writes.close();
    server.stop(0);
    workers.shutdownNow();
  }

  private static HttpServer bind(EndpointConfig config) throws IOException {
    try {
      if (config.tls().isEmpty()) {
        return HttpServer.create(config.address(), 0);
      }
      HttpsServer server = HttpsServer.create(config.address(), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(config.tls().get()));
      return server;
    } catch (IOException e) {
      throw new IOException(
          "--listen "
              + config.address().getAddress().getHostAddress()
              + ":"
              + config.address().getPort()
              + ": "
              + FailureLine.of(e),
          e);
    }
  }

  /** The server's own thread is what the thread that starts it is. */
  private static void startAsDaemon(HttpServer server) throws IOException {
    FutureTask<Boolean> start =
        new FutureTask<>(
            () -> {
              server.start();
              return true;
            });
    Thread starter = new Thread(start, "stranded-http-start");
    starter.setDaemon(true);
    starter.start();
    try {
      start.get();
    } catch (ExecutionException e) {
      throw new IOException("the endpoint does not start: " + FailureLine.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the endpoint was stopped before it started", e);
    }
  }

  static ThreadFactory daemons(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      Optional<Response> refused = refusal(exchange);
      String path = path(exchange);
      if (refused.isEmpty() && path.equals("/events")) {
        secure(exchange.getResponseHeaders());
        events.add(exchange);
        return;
      }
      send(exchange, refused.isPresent() ? refused.get() : answer(exchange, path));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    }
  }

  /** Empty where there is none, as in {@code GET mailto:x}. */
  private static String path(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestURI().getPath()).orElse("");
  }

  private Optional<Response> refusal(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Optional.of(
          Response.text(405, "only GET is answered")
              .with("Allow", "GET, HEAD")
              .with("Connection", "close"));
    }
    if (config.checksHosts() && !Hosts.isLocal(header(exchange, "Host"))) {
      return Optional.of(
          Response.text(
              403, "ask for this by localhost or 127.0.0.1, or give the endpoint a password"));
    }
    if (!HealthRoutes.PATHS.contains(path(exchange))
        && !config.access().admits(header(exchange, "Authorization"))) {
      return Optional.of(
          Response.text(401, "a user and password, or a token, is needed")
              .with("WWW-Authenticate", "Basic realm=\"stranded\", charset=\"UTF-8\""));
    }
    return Optional.empty();
  }

  private Response answer(HttpExchange exchange, String path) throws InterruptedException {
    Optional<Route> route = route(path);
    if (route.isEmpty()) {
      return Response.text(404, "there is nothing at this path");
    }
    try {
      Map<String, String> query = Query.of(exchange.getRequestURI());
      return route.get().answer(new Request(path, query, header(exchange, "Accept")));
    } catch (IllegalArgumentException e) {
      return Response.text(400, FailureLine.of(e));
    } catch (IOException | UncheckedIOException e) {
      return Response.text(503, FailureLine.of(e));
    } catch (RuntimeException e) {
      log.accept("internal error while " + path + " was asked for: " + e);
      return Response.text(500, "internal error");
    }
  }

  private Optional<Route> route(String path) {
    Route exact = routes.get(path);
    if (exact != null) {
      return Optional.of(exact);
    }
    return routes.entrySet().stream()
        .filter(entry -> entry.getKey().length() > 1 && entry.getKey().endsWith("/"))
        .filter(entry -> path.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private void send(HttpExchange exchange, Response response) {
    Headers headers = exchange.getResponseHeaders();
    secure(headers);
    headers.set("Content-Type", response.contentType());
    response.headers().forEach(headers::set);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    writes.send(exchange, response.status(), head ? NOTHING : response.body());
  }

  private static void secure(Headers headers) {
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Cache-Control", "no-store");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Content-Security-Policy", POLICY);
  }

  private static String header(HttpExchange exchange, String name) {
    List<String> values = exchange.getRequestHeaders().get(name);
    return values == null || values.isEmpty() ? "" : values.get(0);
  }
}
