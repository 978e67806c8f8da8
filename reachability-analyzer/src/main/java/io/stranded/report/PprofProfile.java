package io.stranded.report;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.SyncObject;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Frameworks;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes findings as {@code go tool pprof} reads them: a gzipped {@code profile.proto} with the
 * sample types {@code threads/count} and {@code pinned/bytes}.
 *
 * <p>Threads of a finding that have one name make one sample. What a finding pins is pinned by its
 * threads together; it is shared out evenly so that sums are right.
 */
public final class PprofProfile {
  private static final List<PprofWriter.Sampled> TYPES =
      List.of(
          new PprofWriter.Sampled("threads", "count"), new PprofWriter.Sampled("pinned", "bytes"));

  private final PprofWriter out = new PprofWriter(TYPES);

  private PprofProfile() {}

  /** The profile, gzipped. */
  public static byte[] of(LeakProfile profile) {
    PprofProfile writer = new PprofProfile();
    profile.findings().forEach(finding -> writer.finding(finding, Map.of(), 1));
    return writer.out.toGzip(profile.takenAt(), Duration.ZERO, profile.notes());
  }

  /** The profiles of several JVMs as one, gzipped, with labels that tell the JVMs apart. */
  public static byte[] of(List<LeakProfile> profiles, Instant takenAt) {
    return delta(List.of(), profiles, takenAt, Duration.ZERO);
  }

  /**
   * What has become more between two looks, and, as less than nothing, what has become less;
   * gzipped.
   *
   * @param takenAt the time of the second look
   * @param between the time from the first one
   */
  public static byte[] delta(
      List<LeakProfile> before, List<LeakProfile> after, Instant takenAt, Duration between) {
    PprofProfile writer = new PprofProfile();
    before.forEach(profile -> writer.jvm(profile, -1));
    after.forEach(profile -> writer.jvm(profile, 1));
    return writer.out.toGzip(
        takenAt, between, after.stream().flatMap(p -> p.notes().stream()).distinct().toList());
  }

  private void jvm(LeakProfile profile, int sign) {
    Map<String, String> labels = new LinkedHashMap<>();
    profile
        .target()
        .ifPresent(
            target -> {
              labels.put("service", target.serviceName());
              labels.put("pid", Long.toString(target.pid()));
            });
    profile.findings().forEach(finding -> finding(finding, labels, sign));
  }

  private void finding(Finding finding, Map<String, String> jvm, int sign) {
    Map<String, Long> countByName =
        finding.threads().stream()
            .collect(
                Collectors.groupingBy(
                    FoundThread::name, LinkedHashMap::new, Collectors.counting()));
    long threadsLeft = finding.count();
    long bytesLeft = finding.pinnedBytes();
    for (Map.Entry<String, Long> named : countByName.entrySet()) {
      long count = named.getValue();
      long bytes = (long) ((double) bytesLeft * count / threadsLeft);
      threadsLeft -= count;
      bytesLeft -= bytes;
      Map<String, String> labels = labels(finding, named.getKey());
      labels.putAll(jvm);
      out.add(finding.stack(), labels, sign * count, sign * bytes);
    }
  }

  private static Map<String, String> labels(Finding finding, String threadName) {
    SyncObject blockedOn = finding.blockedOn();
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("verdict", finding.verdict().name());
    labels.put("standing", finding.standing().name());
    finding.confidence().ifPresent(confidence -> labels.put("confidence", confidence.name()));
    labels.put("cause", finding.cause().name());
    labels.put("fingerprint", finding.fingerprint());
    labels.put("thread", threadName);
    labels.put("wait", blockedOn.kind());
    labels.put("waits_on", blockedOn.type());
    labels.put("state", TextReport.state(blockedOn));
    labels.put(
        "created_by",
        Frameworks.own(finding.createdBy()).stream().findFirst().map(Frames::method).orElse(""));
    labels.values().removeIf(String::isEmpty);
    return labels;
  }
}
