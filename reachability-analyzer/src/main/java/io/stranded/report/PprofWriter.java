package io.stranded.report;

import io.stranded.internal.stack.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * A profile in the making, as {@code go tool pprof} reads it: a gzipped {@code profile.proto}.
 * Samples of one stack with the same labels are one. There are no addresses and no mappings: JVM
 * frames have neither.
 */
public final class PprofWriter {
  // Field numbers of github.com/google/pprof/proto/profile.proto.
  private static final int SAMPLE_TYPE = 1;
  private static final int SAMPLE = 2;
  private static final int LOCATION = 4;
  private static final int FUNCTION = 5;
  private static final int STRING_TABLE = 6;
  private static final int TIME_NANOS = 9;
  private static final int DURATION_NANOS = 10;
  private static final int COMMENT = 13;
  private static final int DEFAULT_SAMPLE_TYPE = 14;
  private static final int SAMPLE_LABEL = 3;

  private record Key(List<FrameParts> stack, Map<String, String> labels) {}

  private final ProtoWriter out = new ProtoWriter();
  private final Map<String, Integer> strings = new LinkedHashMap<>();
  private final Map<List<String>, Integer> functions = new LinkedHashMap<>();
  private final Map<FrameParts, Integer> locations = new LinkedHashMap<>();
  private final Map<Key, long[]> samples = new LinkedHashMap<>();
  private final List<Sampled> types;

  /**
   * What is counted.
   *
   * @param type such as {@code threads}
   * @param unit such as {@code count}
   */
  public record Sampled(String type, String unit) {}

  /** A profile without samples; the first type is what readers show unless told otherwise. */
  public PprofWriter(List<Sampled> types) {
    this.types = List.copyOf(types);
    string("");
    types.forEach(
        type ->
            out.message(
                SAMPLE_TYPE,
                new ProtoWriter().number(1, string(type.type())).number(2, string(type.unit()))));
  }

  /**
   * Adds to the sample of a stack and its labels.
   *
   * @param stack frames, innermost first, as {@code class.method(File.java:line)}
   * @param values one for each type; may be less than nothing
   */
  public void add(List<String> stack, Map<String, String> labels, long... values) {
    if (values.length != types.size()) {
      throw new IllegalArgumentException("a sample has " + types.size() + " values");
    }
    long[] sums =
        samples.computeIfAbsent(
            new Key(parts(stack), new LinkedHashMap<>(labels)), key -> new long[values.length]);
    Arrays.setAll(sums, i -> sums[i] + values[i]);
  }

  /** The profile, gzipped; samples that add up to nothing are left out. */
  public byte[] toGzip(Instant takenAt, Duration took, List<String> comments) {
    samples.forEach(this::write);
    out.number(TIME_NANOS, TimeUnit.SECONDS.toNanos(takenAt.getEpochSecond()) + takenAt.getNano());
    if (!took.isZero()) {
      out.number(DURATION_NANOS, took.toNanos());
    }
    out.numbers(COMMENT, comments.stream().mapToLong(this::string).toArray());
    out.number(DEFAULT_SAMPLE_TYPE, string(types.get(0).type()));
    strings.keySet().forEach(text -> out.text(STRING_TABLE, text));
    return gzip(out.toBytes());
  }

  private void write(Key key, long[] values) {
    if (Arrays.stream(values).allMatch(value -> value == 0)) {
      return;
    }
    long[] stack = key.stack().stream().mapToLong(this::location).toArray();
    ProtoWriter sample = new ProtoWriter().numbers(1, stack).numbers(2, values);
    key.labels().forEach((name, value) -> sample.message(SAMPLE_LABEL, label(name, value)));
    out.message(SAMPLE, sample);
  }

  /** As people know them, without those of hidden classes; never empty. */
  private static List<FrameParts> parts(List<String> stack) {
    List<FrameParts> parts =
        stack.stream().filter(frame -> !Frames.isHidden(frame)).map(FrameParts::of).toList();
    return parts.isEmpty() ? List.of(FrameParts.NO_STACK) : parts;
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
