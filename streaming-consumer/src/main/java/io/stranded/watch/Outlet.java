package io.stranded.watch;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** What all targets of a sidecar share: where reports go, and turns at costly work. */
final class Outlet {
  private final FindingSink sink;
  private final UnaryOperator<LeakProfile> selection;
  private boolean leaksFound;

  Outlet(FindingSink sink, UnaryOperator<LeakProfile> selection) {
    this.sink = sink;
    this.selection = selection;
  }

  /** The part of a profile that is wanted. */
  LeakProfile select(LeakProfile profile) {
    return selection.apply(profile);
  }

  /** Hands a report over; sinks are used by one thread at a time. */
  synchronized void deliver(LeakProfile report) throws IOException {
    leaksFound |= report.hasLeaks();
    sink.accept(report);
  }

  /** Says that a JVM has ended and its leaks with it. */
  synchronized void gone(Target target) throws IOException {
    sink.gone(target);
  }

  /** Whether any report had a leak. */
  synchronized boolean leaksFound() {
    return leaksFound;
  }
}
