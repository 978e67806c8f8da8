package io.stranded.endpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A number that monitoring is told, at one moment.
 *
 * @param name without a unit and without {@code _total}, in the form of Prometheus
 * @param help one sentence
 * @param unit {@code seconds} or {@code bytes}; empty for what is counted
 * @param samples one for each set of labels
 */
public record Metric(Kind kind, String name, String help, String unit, List<Sample> samples) {
  /** How a number behaves. */
  public enum Kind {
    /** Goes up and down. */
    GAUGE,
    /** Only ever grows, from the start of the process. */
    COUNTER,
    /** Always 1: its labels say it. */
    INFO
  }

  /** A value and what it is of. */
  public record Sample(Map<String, String> labels, double value) {
    public Sample {
      labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }
  }

  public Metric {
    samples = List.copyOf(samples);
  }

  /** A gauge of what is counted. */
  public static Metric gauge(String name, String help, List<Sample> samples) {
    return new Metric(Kind.GAUGE, name, help, "", samples);
  }

  /** A counter of what is counted. */
  public static Metric counter(String name, String help, List<Sample> samples) {
    return new Metric(Kind.COUNTER, name, help, "", samples);
  }

  /** The same in another unit. */
  public Metric in(String other) {
    return new Metric(kind, name, help, other, samples);
  }
}
