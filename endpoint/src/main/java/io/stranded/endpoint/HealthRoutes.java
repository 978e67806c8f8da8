package io.stranded.endpoint;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What probes ask, without a password: whether we are there, and whether we do our work. */
final class HealthRoutes {
  static final Set<String> PATHS = Set.of("/healthz", "/readyz", "/-/healthy", "/-/ready");

  private HealthRoutes() {}

  /**
   * The routes.
   *
   * @param unready why the work cannot be done; empty if it can
   */
  static Map<String, Route> of(Supplier<Optional<String>> unready) {
    Route healthy = request -> Response.text(200, "ok");
    Route ready =
        request ->
            unready.get().map(why -> Response.text(503, why)).orElse(Response.text(200, "ok"));
    return Map.of("/healthz", healthy, "/-/healthy", healthy, "/readyz", ready, "/-/ready", ready);
  }
}
