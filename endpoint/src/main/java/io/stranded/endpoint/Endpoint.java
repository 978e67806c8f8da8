package io.stranded.endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A site that is served, and kept up to date for those who have its page open. */
public final class Endpoint implements Closeable {
  private static final int SAMPLE_SECONDS = 10;

  private final Site site;
  private final EndpointServer server;
  private final Consumer<String> log;
  private final ScheduledExecutorService pulse =
      Executors.newSingleThreadScheduledExecutor(EndpointServer.daemons("stranded-http-pulse-"));
  private long ticks;
  private long told;

  private Endpoint(Site site, EndpointServer server, Consumer<String> log) {
    this.site = site;
    this.server = server;
    this.log = log;
    this.told = site.version();
  }

  /**
   * Serves a site where the options say.
   *
   * @param log hears one line for each thing worth telling
   * @throws IllegalArgumentException if an option is wrong; one line
   * @throws IOException if the address cannot be had, or a file not be read; one line
   */
  public static Endpoint start(EndpointOptions options, Site site, Consumer<String> log)
      throws IOException {
    EndpointConfig config = options.config();
    options.exposures().forEach(log);
    return start(config, site, log);
  }

  static Endpoint start(EndpointConfig config, Site site, Consumer<String> log) throws IOException {
    Map<String, Route> routes = new LinkedHashMap<>(site.routes());
    routes.putAll(HealthRoutes.of(site::unready));
    routes.put("/metrics", request -> PrometheusText.of(site.metrics(), request.accept()));
    routes.put("/state", request -> Response.json(site.page().json()));
    routes.put("/", file("page.html", "text/html; charset=utf-8"));
    routes.put("/page.css", file("page.css", "text/css; charset=utf-8"));
    routes.put("/page.js", file("page.js", "text/javascript; charset=utf-8"));
    routes.put("/icon.svg", file("icon.svg", "image/svg+xml"));
    Endpoint endpoint = new Endpoint(site, EndpointServer.start(config, routes, log), log);
    ScheduledFuture<?> unused =
        endpoint.pulse.scheduleWithFixedDelay(endpoint::tick, 0, 1, TimeUnit.SECONDS);
    return endpoint;
  }

  /** Where the page is. */
  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    pulse.shutdownNow();
    server.close();
  }

  /** A tick that fails must not be the last. */
  private void tick() {
    try {
      boolean sampled = ticks % SAMPLE_SECONDS == 0;
      ticks++;
      if (sampled) {
        site.sample(Instant.now());
      }
      long version = site.version();
      if (sampled || version != told) {
        told = version;
        server.changed(Long.toString(version));
      }
    } catch (RuntimeException e) {
      log.accept("internal error of the endpoint: " + e);
    }
  }

  private static Route file(String name, String type) throws IOException {
    try (InputStream in = Endpoint.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      Response response = Response.of(200, type, in.readAllBytes());
      return request -> response;
    }
  }
}
