package io.stranded.watch;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Reports the end of JVMs that have ended while nobody watched them. */
final class Bygones {
  private final StateDirectory states;
  private final Outlet outlet;
  private final Consumer<String> log;

  Bygones(StateDirectory states, Outlet outlet, Consumer<String> log) {
    this.states = states;
    this.outlet = outlet;
    this.log = log;
  }

  void report() throws IOException {
    for (TargetState state : states.loadAll()) {
      if (hasEnded(state)) {
        report(state);
      }
    }
    outlet.bygonesReported();
  }

  private void report(TargetState state) throws IOException {
    Target target = state.target();
    log.accept("target " + target.pid() + " has ended meanwhile");
    outlet.restore(state.owed(), state.opened());
    Optional<LeakProfile> pending = state.pending();
    if (pending.isPresent()) {
      outlet.deliver(pending.get());
    }
    TargetMemory memory = TargetMemory.fresh(target, Duration.ZERO);
    state.findings().forEach(memory.lives()::restore);
    new TargetReports(memory, outlet, Optional.of(states)).ended();
  }

  /** Only of processes of this machine can that be told. */
  private static boolean hasEnded(TargetState state) throws IOException {
    if (!state.target().hostName().equals(InetAddress.getLocalHost().getHostName())) {
      return false;
    }
    Optional<Instant> started =
        ProcessHandle.of(state.target().pid())
            .map(p -> p.info().startInstant().orElse(Instant.MIN));
    return started.isEmpty() || started.get().isAfter(state.savedAt());
  }
}
