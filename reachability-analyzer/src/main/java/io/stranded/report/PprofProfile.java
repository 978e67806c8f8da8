package io.stranded.report;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.SyncObject;
import io.stranded.internal.stack.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a profile as {@code go tool pprof} reads it: a gzipped {@code profile.proto} with the
 * sample types {@code threads/count} and {@code pinned/bytes}.
 *
 * <p>Threads of a finding that have one name make one sample. What a finding pins is pinned by its
 * threads together; it is shared out evenly so that sums are right. There are no addresses and no
 * mappings: JVM frames have neither.
 */
public final class PprofProfile {
  // Field numbers of github.com/google/pprof/proto/profile.proto.
  private static final int SAMPLE_TYPE = 1;
  private static final int SAMPLE = 2;
  private static final int LOCATION = 4;
  private static final int FUNCTION = 5;
  private static final int STRING_TABLE = 6;
  private static final int TIME_NANOS = 9;
  private static final int COMMENT = 13;
  private static final int DEFAULT_SAMPLE_TYPE = 14;
  private static final int SAMPLE_LABEL = 3;

  private final ProtoWriter out = new ProtoWriter();
  private final Map<String, Integer> strings = new LinkedHashMap<>();
  private final Map<List<String>, Integer> functions = new LinkedHashMap<>();
  private final Map<FrameParts, Integer> locations = new LinkedHashMap<>();

  private PprofProfile() {
    string("");
  }

  /** The profile, gzipped. */
  public static byte[] of(LeakProfile profile) {
    PprofProfile writer = new PprofProfile();
    writer.write(profile);
    return gzip(writer.out.toBytes());
  }

  private void write(LeakProfile profile) {
    out.message(SAMPLE_TYPE, valueType("threads", "count"));
    out.message(SAMPLE_TYPE, valueType("pinned", "bytes"));
    profile.findings().forEach(this::finding);
    Instant takenAt = profile.takenAt();
    out.number(TIME_NANOS, TimeUnit.SECONDS.toNanos(takenAt.getEpochSecond()) + takenAt.getNano());
    out.numbers(COMMENT, profile.notes().stream().mapToLong(this::string).toArray());
    out.number(DEFAULT_SAMPLE_TYPE, string("threads"));
    strings.keySet().forEach(text -> out.text(STRING_TABLE, text));
  }

  private ProtoWriter valueType(String type, String unit) {
    return new ProtoWriter().number(1, string(type)).number(2, string(unit));
  }

  private void finding(Finding finding) {
    long[] stack = FrameParts.stack(finding).stream().mapToLong(this::location).toArray();
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
      ProtoWriter sample = new ProtoWriter().numbers(1, stack).numbers(2, count, bytes);
      labels(finding, named.getKey())
          .forEach((key, value) -> sample.message(SAMPLE_LABEL, label(key, value)));
      out.message(SAMPLE, sample);
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
        finding.createdBy().stream()
            .filter(frame -> !Frames.isJdk(frame))
            .findFirst()
            .map(Frames::method)
            .orElse(""));
    labels.values().removeIf(String::isEmpty);
    return labels;
  }

  private ProtoWriter label(String key, String value) {
    return new ProtoWriter().number(1, string(key)).number(2, string(value));
  }

  private int location(FrameParts frame) {
    Integer known = locations.get(frame);
    if (known != null) {
      return known;
    }
    int id = locations.size() + 1;
    locations.put(frame, id);
    ProtoWriter line = new ProtoWriter().number(1, function(frame)).number(2, frame.line());
    out.message(LOCATION, new ProtoWriter().number(1, id).message(4, line));
    return id;
  }

  private int function(FrameParts frame) {
    List<String> key = List.of(frame.method(), frame.file());
    Integer known = functions.get(key);
    if (known != null) {
      return known;
    }
    int id = functions.size() + 1;
    functions.put(key, id);
    int name = string(frame.method());
    out.message(
        FUNCTION,
        new ProtoWriter()
            .number(1, id)
            .number(2, name)
            .number(3, name)
            .number(4, string(frame.file())));
    return id;
  }

  private int string(String text) {
    Integer next = strings.size();
    Integer known = strings.putIfAbsent(text, next);
    return known == null ? next : known;
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
    return zipped.toByteArray();
  }
}
