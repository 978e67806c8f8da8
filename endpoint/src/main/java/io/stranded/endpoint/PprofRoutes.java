package io.stranded.endpoint;

import io.stranded.finding.FailureLine;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import io.stranded.report.PprofProfile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * Profiles as {@code net/http/pprof} of Go serves them: {@code threadleak} of the findings that are
 * open, which asks no JVM for anything, and {@code thread} of all threads, which stops each JVM for
 * a moment and is served only where that is allowed.
 */
final class PprofRoutes {
  private static final String ROOT = "/debug/pprof/";
  private static final int MOST_SECONDS = 60;

  /** So many requests may wait for the end of their seconds at once. */
  private static final int MOST_WAITING = 3;

  private final SidecarView sidecar;
  private final OpenFindings findings;
  private final boolean allowed;
  private final Pause pause;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final Semaphore looking = new Semaphore(1);

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void pass(Duration time) throws InterruptedException;
  }

  private PprofRoutes(SidecarView sidecar, OpenFindings findings, boolean allowed, Pause pause) {
    this.sidecar = sidecar;
    this.findings = findings;
    this.allowed = allowed;
    this.pause = pause;
  }

  /**
   * The routes.
   *
   * @param allowed whether a request may have all threads of a JVM dumped
   */
  static Map<String, Route> of(SidecarView sidecar, OpenFindings findings, boolean allowed) {
    return of(sidecar, findings, allowed, time -> Thread.sleep(time.toMillis()));
  }

  static Map<String, Route> of(
      SidecarView sidecar, OpenFindings findings, boolean allowed, Pause pause) {
    PprofRoutes routes = new PprofRoutes(sidecar, findings, allowed, pause);
    return Map.of(
        // As Go does; by a path that holds behind a proxy as well.
        ROOT.substring(0, ROOT.length() - 1),
        request -> Response.text(301, "Moved Permanently").with("Location", "pprof/"),
        ROOT,
        marked(routes::index),
        ROOT + "threadleak",
        marked(routes::leaks),
        ROOT + "thread",
        marked(routes::threads));
  }

  private Response index(Request request) {
    if (!request.path().equals(ROOT)) {
      return Response.text(404, "Unknown profile");
    }
    long leaked = findings.profiles().stream().mapToLong(p -> p.threads().leaked()).sum();
    long live = sidecar.targets().stream().mapToLong(target -> target.now().live()).sum();
    return Response.text(
        200,
        """
        /debug/pprof/

        count  profile
        %5d  threadleak  threads that can never run again; ?debug=1 ?debug=2 ?seconds=30
        %5d  thread      all platform threads%s; ?debug=1 ?debug=2 ?seconds=30

        Each takes ?pid= and ?service= for one JVM. go tool pprof reads them.\
        """
            .formatted(leaked, live, allowed ? "" : ", with --allow-profile only"));
  }

  private Response leaks(Request request) throws InterruptedException {
    Form form = Form.of(request);
    List<LeakProfile> before = wanted(request);
    if (form.seconds() > 0) {
      if (!pause(form.seconds())) {
        return busy();
      }
      byte[] delta =
          PprofProfile.delta(
              before, wanted(request), Instant.now(), Duration.ofSeconds(form.seconds()));
      return binary("threadleak-delta", delta);
    }
    return switch (form.debug()) {
      case 0 -> binary("threadleak", PprofProfile.of(before, Instant.now()));
      case 1 -> Response.text(200, LeakText.grouped(before));
      default -> Response.text(200, LeakText.stacks(before));
    };
  }

  private Response threads(Request request) throws IOException, InterruptedException {
    Form form = Form.of(request);
    if (!allowed) {
      return Response.text(
          403, "this stops each JVM for a moment: watch --allow-profile has it answered");
    }
    if (!looking.tryAcquire()) {
      return busy();
    }
    try {
      Map<Target, List<ThreadView>> before = dump(request);
      if (form.seconds() > 0) {
        if (!pause(form.seconds())) {
          return busy();
        }
        Duration between = Duration.ofSeconds(form.seconds());
        return binary("thread-delta", ThreadProfile.delta(before, dump(request), between));
      }
      return switch (form.debug()) {
        case 0 -> binary("thread", ThreadProfile.of(before));
        case 1 -> Response.text(200, ThreadProfile.grouped(before));
        default -> Response.text(200, ThreadProfile.stacks(before, wanted(request)));
      };
    } finally {
      looking.release();
    }
  }

  private Map<Target, List<ThreadView>> dump(Request request)
      throws IOException, InterruptedException {
    JvmChoice choice = JvmChoice.of(request);
    Map<Target, List<ThreadView>> wanted = new TreeMap<>(Comparator.comparing(Target::instanceId));
    sidecar
        .threads()
        .forEach(
            (target, threads) -> {
              if (choice.has(target)) {
                wanted.put(target, threads);
              }
            });
    return wanted;
  }

  private List<LeakProfile> wanted(Request request) {
    return JvmChoice.of(request).of(findings.profiles());
  }

  /** Waits, unless too many do. */
  private boolean pause(int seconds) throws InterruptedException {
    if (!waiting.tryAcquire()) {
      return false;
    }
    try {
      pause.pass(Duration.ofSeconds(seconds));
      return true;
    } finally {
      waiting.release();
    }
  }

  private static Response busy() {
    return Response.text(503, "others are profiling just now").with("Retry-After", "10");
  }

  private static Response binary(String name, byte[] profile) {
    return Response.of(200, "application/octet-stream", profile)
        .with("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }

  /** By this, clients of Go know that an error is of the profiler and not of somebody between. */
  private static Route marked(Route route) {
    return request -> {
      Response response;
      try {
        response = route.answer(request);
      } catch (IllegalArgumentException e) {
        response = Response.text(400, FailureLine.of(e));
      }
      return response.status() == 200 ? response : response.with("X-Go-Pprof", "1");
    };
  }

  /**
   * What a profile is to look like.
   *
   * @param debug 0 for the binary one, 1 for groups, 2 for every stack
   * @param seconds for what changes in such a time; 0 for what is
   */
  private record Form(int debug, int seconds) {
    static Form of(Request request) {
      int debug = number(request, "debug", 0, 2);
      int seconds = number(request, "seconds", 1, MOST_SECONDS);
      if (debug > 0 && seconds > 0) {
        throw new IllegalArgumentException("seconds and debug params are incompatible");
      }
      return new Form(debug, seconds);
    }

    private static int number(Request request, String name, int least, int most) {
      Optional<String> given = request.parameter(name);
      if (given.isEmpty()) {
        return 0;
      }
      if (given.get().matches("\\d{1,4}")) {
        int number = Integer.parseInt(given.get());
        if (number >= least && number <= most) {
          return number;
        }
      }
      throw new IllegalArgumentException(
          "invalid value for \"%s\" - must be a whole number from %d to %d"
              .formatted(name, least, most));
    }
  }
}
