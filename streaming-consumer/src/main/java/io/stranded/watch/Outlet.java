package io.stranded.watch;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What all targets of a sidecar share: where reports go, and turns at costly work. */
final class Outlet {
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final FindingSink sink;
  private final UnaryOperator<LeakProfile> selection;
  private final Optional<SinkFan> fan;
  private Optional<Standing> surest = Optional.empty();
  private long triedNanos = System.nanoTime();

  Outlet(FindingSink sink, UnaryOperator<LeakProfile> selection) {
    this.sink = sink;
    this.selection = selection;
    this.fan = sink instanceof SinkFan each ? Optional.of(each) : Optional.empty();
  }

  /** The part of a profile that is wanted. */
  LeakProfile select(LeakProfile profile) {
    return selection.apply(profile);
  }

  /** Hands a report over; sinks are used by one thread at a time. */
  synchronized void deliver(LeakProfile report) throws IOException {
    surest = Standing.surer(surest, report.surest());
    sink.accept(report);
  }

  /** Says that a JVM has ended and its leaks with it. */
  synchronized void gone(Target target) throws IOException {
    sink.gone(target);
  }

  /** Says that the ends of all JVMs that nobody watched are told. */
  synchronized void bygonesReported() throws IOException {
    sink.bygonesReported();
  }

  /**
   * Sends what sinks have refused again, once in a while.
   *
   * @return whether any of it was taken
   */
  synchronized boolean retry() {
    if (System.nanoTime() - triedNanos < RETRY.toNanos()) {
      return false;
    }
    boolean taken = fan.map(SinkFan::retry).orElse(false);
    triedNanos = System.nanoTime();
    return taken;
  }

  /** What sinks have refused of a JVM, by their names. */
  synchronized Map<String, List<PatientSink.Owed>> owed(Target target) {
    return fan.map(each -> each.owed(target)).orElse(Map.of());
  }

  /**
   * Goes on with what an earlier run has left.
   *
   * @param owed what sinks have refused
   * @param opened what was opened and not resolved, for sinks that have nothing of earlier runs
   */
  synchronized void restore(Map<String, List<PatientSink.Owed>> owed, LeakProfile opened) {
    fan.ifPresent(
        each -> {
          each.restore(owed);
          if (!opened.findings().isEmpty()) {
            each.fill(opened);
          }
        });
  }

  /** How the surest finding of any report stands; empty if there was none. */
  synchronized Optional<Standing> surest() {
    return surest;
  }
}
