package io.stranded.fleet;

import io.stranded.endpoint.Growth;
import io.stranded.endpoint.Metric;
import io.stranded.endpoint.PageLeak;
import io.stranded.endpoint.PageState;
import io.stranded.endpoint.ProcessMetrics;
import io.stranded.endpoint.Request;
import io.stranded.endpoint.Response;
import io.stranded.endpoint.Route;
import io.stranded.endpoint.Site;
import io.stranded.finding.Cause;
import io.stranded.finding.Standing;
import io.stranded.report.Printable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The leaks of a fleet, for people and for programs. Safe for use by several threads. */
final class FleetSite implements Site {
  private static final String LEAKS = "/leaks";

  /** So many courses are drawn; of the leaks beyond these, only the numbers are shown. */
  private static final int MOST_COURSES = 1000;

  private final String version;
  private final Supplier<OptionalDouble> lag;
  private final Map<String, Growth> growth = new LinkedHashMap<>();
  private Map<String, Leak> leaks = Map.of();
  private String unread = "the topic of leaks was not read yet";
  private long changes;

  /**
   * A site that shows nothing yet.
   *
   * @param lag by how many records the application is behind
   */
  FleetSite(String version, Supplier<OptionalDouble> lag) {
    this.version = version;
    this.lag = lag;
  }

  /** Takes in the leaks as they stand. */
  synchronized void show(Map<String, Leak> now) {
    if (!now.equals(leaks)) {
      changes++;
    }
    leaks = now;
    unread = "";
  }

  /** Takes in that they cannot be read. */
  synchronized void unread(String why) {
    unread = why;
    changes++;
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>(FleetMetrics.of(version, present()));
    metrics.addAll(FleetMetrics.lag(lag.get()));
    metrics.addAll(ProcessMetrics.now());
    return metrics;
  }

  @Override
  public synchronized Optional<String> unready() {
    return unread.isEmpty() ? Optional.empty() : Optional.of(unread);
  }

  @Override
  public PageState page() {
    List<PageLeak> shown =
        Ranking.THREADS.of(present(), /* withGone= */ false).stream().map(this::page).toList();
    return PageState.ofFleet("the fleet", shown, unready().stream().toList());
  }

  @Override
  public Map<String, Route> routes() {
    return Map.of(
        LEAKS,
        request -> json(Ranking.PINNED.of(present(), request.parameter("all").isPresent())),
        LEAKS + "/",
        this::one);
  }

  @Override
  public synchronized long version() {
    return changes;
  }

  @Override
  public synchronized void sample(Instant now) {
    growth.keySet().retainAll(leaks.keySet());
    leaks.forEach(
        (fingerprint, leak) -> {
          if (growth.size() < MOST_COURSES || growth.containsKey(fingerprint)) {
            growth(fingerprint).add(now, leak.threads());
          }
        });
  }

  private synchronized Collection<Leak> present() {
    return leaks.values();
  }

  private synchronized Growth growth(String fingerprint) {
    return growth.containsKey(fingerprint) || growth.size() < MOST_COURSES
        ? growth.computeIfAbsent(fingerprint, kind -> new Growth())
        : new Growth();
  }

  private Response one(Request request) {
    String fingerprint = request.path().substring(LEAKS.length() + 1);
    List<Leak> found =
        present().stream().filter(leak -> leak.fingerprint().equals(fingerprint)).toList();
    return found.isEmpty()
        ? Response.text(404, "no leak has this fingerprint")
        : Response.json(LeakJson.toNode(found.get(0)) + "\n");
  }

  private static Response json(List<Leak> leaks) {
    return Response.json(LeakTable.json(leaks, leaks.size()) + "\n");
  }

  private PageLeak page(Leak leak) {
    Optional<Cause> cause = cause(leak);
    return new PageLeak(
        leak.fingerprint(),
        standing(leak).name(),
        "",
        Printable.of(leak.place().words()),
        cause.map(Cause::advice).orElse(""),
        "",
        leak.jvms(),
        leak.threads(),
        leak.pinnedBytes().doubleValue(),
        leak.firstSeen(),
        leak.lastSeen(),
        LeakTable.since(leak),
        LeakTable.serviceNames(leak),
        leak.place().waitsOn(),
        Map.of(),
        evidence(leak),
        leak.place().stack(),
        leak.place().createdBy(),
        leak.place().names().stream().map(name -> '"' + name + '"').toList(),
        List.of(),
        growth(leak.fingerprint()));
  }

  /** How sure it is in how many JVMs, and why the newest finding believes it. */
  private static List<String> evidence(Leak leak) {
    Stream<String> jvms =
        leak.verdicts().named().entrySet().stream()
            .map(
                entry ->
                    entry.getKey().toLowerCase(Locale.ROOT)
                        + " in "
                        + (entry.getValue() == 1 ? "1 JVM" : entry.getValue() + " JVMs"));
    return Stream.concat(jvms, leak.place().evidence().stream()).toList();
  }

  /** How it counts where it is surest. */
  static Standing standing(Leak leak) {
    return Arrays.stream(Standing.values())
        .filter(standing -> leak.verdicts().of(standing.name()) > 0)
        .findFirst()
        .orElse(Standing.SUSPECT);
  }

  /** Its cause, where this version knows the word. */
  static Optional<Cause> cause(Leak leak) {
    return Arrays.stream(Cause.values())
        .filter(known -> known.name().equals(leak.place().cause()))
        .findFirst();
  }
}
