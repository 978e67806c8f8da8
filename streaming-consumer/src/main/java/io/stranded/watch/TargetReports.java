package io.stranded.watch;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reports of one JVM: what is new about its findings, noted in its state before it is sent. */
final class TargetReports {
  private final Target target;
  private final Outlet outlet;
  private final FindingLives lives;
  private final DumpsTaken dumps;
  private final JudgedGroups judged;
  private final Optional<StateDirectory> states;
  private List<Finding> beside = List.of();

  TargetReports(TargetMemory memory, Outlet outlet, Optional<StateDirectory> states) {
    this.target = memory.target();
    this.outlet = outlet;
    this.lives = memory.lives();
    this.dumps = memory.dumps();
    this.judged = memory.judged();
    this.states = states;
  }

  /**
   * Goes on where we have stopped, or an earlier run of ours has, with what that may not have sent.
   *
   * @return how many findings are open
   */
  int restore() throws IOException {
    int known = lives.all().size();
    Optional<TargetState> state = states.flatMap(directory -> directory.load(target));
    if (known > 0 || state.isEmpty()) {
      return known;
    }
    TargetState left = state.get();
    left.findings().forEach(lives::restore);
    left.judged().forEach(judged::judged);
    dumps.restore(left.dumps(), left.lastDump());
    outlet.restore(left.owed(), left.opened());
    if (left.pending().isPresent()) {
      outlet.deliver(left.pending().get());
      save(Optional.empty());
    }
    return left.findings().size();
  }

  /** Sends what has changed, if anything has. */
  void changed(
      List<Finding> changes, Optional<LeakProfile> dumped, long threads, long waiting, Instant at)
      throws IOException {
    if (changes.isEmpty()) {
      return;
    }
    Optional<DumpInfo> dump = dumped.flatMap(LeakProfile::dump);
    send(
        new LeakProfile(
            Optional.of(target),
            dumped.map(LeakProfile::takenAt).orElse(at),
            dump,
            new ThreadCounts(
                dumped.map(profile -> profile.threads().total()).orElse(threads),
                dumped.map(profile -> profile.threads().candidates()).orElse(waiting),
                lives.count(Standing.LEAKED),
                lives.count(Standing.STUCK),
                ThreadCounts.count(changes, Standing.INCONCLUSIVE),
                OptionalLong.empty()),
            changes,
            dumped.map(LeakProfile::notes).orElse(List.of())));
  }

  /** Adds findings that no proof is needed for to the only report that there will be. */
  void beside(List<Finding> findings) {
    beside = List.copyOf(findings);
  }

  /** Sends a report whole. */
  void send(LeakProfile proved) throws IOException {
    LeakProfile report = proved.with(beside);
    save(Optional.of(report));
    outlet.deliver(report);
    save(Optional.empty());
  }

  /** Notes where things stand. */
  void save() {
    save(Optional.empty());
  }

  /** Sends that the JVM has ended, and forgets it unless a sink has not taken that. */
  void ended() throws IOException {
    changed(lives.ended(), Optional.empty(), 0, 0, Instant.now());
    outlet.gone(target);
    if (outlet.owed(target).isEmpty()) {
      states.ifPresent(directory -> directory.delete(target));
    } else {
      save();
    }
  }

  private void save(Optional<LeakProfile> pending) {
    states.ifPresent(
        directory ->
            directory.save(
                new TargetState(
                    target,
                    Instant.now(),
                    dumps.count(),
                    dumps.lastAt(),
                    lives.all(),
                    judged.all(),
                    pending,
                    outlet.owed(target))));
  }
}
