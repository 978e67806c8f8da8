package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Several sinks as one. A sink that fails is complained of and does not stop the others; what it
 * has refused of findings that are watched it is sent again, each sink on its own.
 */
public final class SinkFan implements FindingSink {
  private final List<PatientSink> sinks;
  private final Consumer<String> complaints;
  private volatile boolean failed;

  /**
   * Passes profiles on to each sink in turn.
   *
   * @param complaints hears one line for each failure
   */
  public SinkFan(List<FindingSink> sinks, Consumer<String> complaints) {
    this.sinks = sinks.stream().map(PatientSink::new).toList();
    this.complaints = complaints;
  }

  private interface Action {
    void on(PatientSink sink) throws IOException;
  }

  @Override
  public synchronized void accept(LeakProfile profile) {
    boolean watched = profile.findings().stream().allMatch(f -> f.life().isPresent());
    for (PatientSink sink : sinks) {
      if (!succeeds(sink, each -> each.accept(profile), "findings not delivered: ") && !watched) {
        failed = true;
      }
    }
  }

  /**
   * Sends what was refused again.
   *
   * @return whether any of it was taken
   */
  synchronized boolean retry() {
    boolean any = false;
    for (PatientSink sink : sinks) {
      if (sink.isOwed()) {
        try {
          sink.retry();
          complaints.accept("findings that were not delivered are so now");
          any = true;
        } catch (IOException | RuntimeException e) {
          // Complained of when it was refused first.
        }
      }
    }
    return any;
  }

  /** What sinks are owed of a JVM, by their names. */
  synchronized Map<String, List<PatientSink.Owed>> owed(Target target) {
    Map<String, List<PatientSink.Owed>> owed = new LinkedHashMap<>();
    for (PatientSink sink : sinks) {
      if (!sink.of(target).isEmpty()) {
        owed.put(sink.name(), sink.of(target));
      }
    }
    return owed;
  }

  /** Goes on with what sinks were owed by an earlier run. */
  synchronized void restore(Map<String, List<PatientSink.Owed>> owed) {
    sinks.forEach(sink -> owed.getOrDefault(sink.name(), List.of()).forEach(sink::restore));
  }

  /** Tells sinks that have nothing of earlier runs what these have opened. */
  synchronized void fill(LeakProfile opened) {
    sinks.forEach(sink -> succeeds(sink, each -> each.fill(opened), "findings not delivered: "));
  }

  /** Whether any sink has failed to take findings, and has not taken them since. */
  public synchronized boolean hasFailed() {
    return failed || sinks.stream().anyMatch(PatientSink::isOwed);
  }

  @Override
  public synchronized void gone(Target target) {
    sinks.forEach(
        sink ->
            succeeds(
                sink,
                each -> each.gone(target),
                "end of " + target.instanceId() + " not delivered: "));
  }

  @Override
  public synchronized void bygonesReported() {
    sinks.forEach(sink -> succeeds(sink, PatientSink::bygonesReported, ""));
  }

  @Override
  public synchronized void close() {
    for (PatientSink sink : sinks) {
      failed |= !succeeds(sink, PatientSink::close, "");
    }
  }

  private boolean succeeds(PatientSink sink, Action action, String complaint) {
    try {
      action.on(sink);
      return true;
    } catch (IOException | RuntimeException e) {
      complaints.accept(complaint + FailureLine.of(e));
      return false;
    }
  }
}
