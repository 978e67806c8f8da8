package io.stranded.endpoint;

import io.stranded.finding.LeakProfile;
import io.stranded.report.HtmlReport;
import io.stranded.report.ProfileJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Findings as JSON and as the page that {@code --format html} makes. */
final class FindingRoutes {
  private static final String FINDINGS = "/findings";

  private final OpenFindings findings;

  private FindingRoutes(OpenFindings findings) {
    this.findings = findings;
  }

  static Map<String, Route> of(OpenFindings findings) {
    FindingRoutes routes = new FindingRoutes(findings);
    return Map.of(
        FINDINGS,
        request -> json(routes.wanted(request)),
        FINDINGS + "/",
        routes::ofKind,
        "/report",
        routes::report);
  }

  private List<LeakProfile> wanted(Request request) {
    return JvmChoice.of(request).of(findings.profiles());
  }

  private Response ofKind(Request request) {
    String fingerprint = request.path().substring(FINDINGS.length() + 1);
    List<LeakProfile> profiles = OpenFindings.ofKind(wanted(request), fingerprint);
    return profiles.isEmpty()
        ? Response.text(404, "no open finding has this fingerprint")
        : json(profiles);
  }

  private Response report(Request request) {
    List<LeakProfile> profiles = wanted(request);
    if (profiles.isEmpty()) {
      return Response.text(404, "nothing was reported of such a JVM yet");
    }
    if (profiles.size() > 1) {
      return Response.text(400, "a report is of one JVM: name it by ?pid=");
    }
    // The page's own policy admits its style and script by their hashes.
    return Response.of(
            200,
            "text/html; charset=utf-8",
            HtmlReport.of(profiles.get(0)).getBytes(StandardCharsets.UTF_8))
        .with("Content-Security-Policy", "frame-ancestors 'none'");
  }

  private static Response json(List<LeakProfile> profiles) {
    return Response.json(
        profiles.stream().map(ProfileJson::toLine).collect(Collectors.joining(",", "[", "]\n")));
  }
}
