package io.stranded.watch;

import io.stranded.internal.timeline.Suspect;
import io.stranded.snapshot.SnapshotResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How leaks of one JVM are proved: by snapshots, and by heap dumps where that is asked for or where
 * there can be no snapshots.
 */
final class Proofs {
  /** So many in a row must have failed before heap dumps take their place. */
  private static final int MOST_REFUSALS = 3;

  private final Watched watched;
  private final DumpProof dumps;
  private final SnapshotProof snapshots;
  private final Unproved withoutSnapshot;
  private Optional<SnapshotResult.Refused> refusal = Optional.empty();
  private int refusals;
  private boolean forGood;
  private long retryNanos = System.nanoTime();

  Proofs(Watched watched, Turns turns, Pauses pauses) {
    this.watched = watched;
    NativeLibrary library = new NativeLibrary(watched.target());
    this.dumps = new DumpProof(watched, library, turns.dump(), pauses);
    this.snapshots = new SnapshotProof(watched, library, turns.snapshot());
    this.withoutSnapshot = new Unproved(watched, Unproved.Kind.SNAPSHOT);
  }

  /** Whether these suspects are to be looked at now. */
  boolean areCalledFor(List<Suspect> suspects, Instant now) {
    return switch (way()) {
      case DUMP -> dumps.isCalledFor(suspects, now);
      case SNAPSHOT, AUTO -> (isDue() || isReportingSuspects()) && snapshots.isCalledFor(suspects);
    };
  }

  /** Looks at them and reports what is proved, or that nothing is. */
  void look(List<Suspect> suspects, Instant now) throws IOException, InterruptedException {
    if (way() == Proof.DUMP) {
      dumps.look(suspects, now);
    } else if (isDue()) {
      lookFrozen(suspects, now);
    } else {
      withoutSnapshot.report(suspects, refusal.orElseThrow().reason(), now);
    }
  }

  /** A dry run proves nothing in any way, unless snapshots are asked for by name. */
  private Proof way() {
    Proof proof = watched.options().proof();
    boolean dry = !watched.options().budget().dumps();
    boolean instead = forGood || (hasGivenUp() && !isDue());
    return proof == Proof.AUTO && (dry || instead) ? Proof.DUMP : proof;
  }

  /** Whether the last snapshot, or the last refusal of one, is long enough ago. */
  private boolean isDue() {
    return watched.memory().snapshots().isDue() && System.nanoTime() - retryNanos >= 0;
  }

  private boolean hasGivenUp() {
    return forGood || refusals >= MOST_REFUSALS;
  }

  private boolean isReportingSuspects() {
    return watched.options().proof() == Proof.SNAPSHOT && refusal.isPresent();
  }

  private void lookFrozen(List<Suspect> suspects, Instant now)
      throws IOException, InterruptedException {
    note(snapshots.look(suspects));
    while (watched.options().once() && refusal.isPresent() && !hasGivenUp()) {
      Thread.sleep(watched.options().snapshotInterval().toMillis());
      note(snapshots.look(suspects));
    }
    if (refusal.isEmpty()) {
      return;
    }
    String reason = refusal.get().reason();
    if (watched.options().proof() == Proof.SNAPSHOT) {
      withoutSnapshot.report(suspects, reason, now);
    } else if (hasGivenUp()) {
      withoutSnapshot.tell(reason, "; heap dumps prove instead");
      if (watched.options().once() || dumps.isCalledFor(suspects, now)) {
        dumps.look(suspects, now);
      }
    }
  }

  private void note(Optional<SnapshotResult.Refused> refused) {
    refusal = refused;
    if (refused.isEmpty()) {
      refusals = 0;
      withoutSnapshot.isOver();
      return;
    }
    refusals++;
    forGood |= refused.get().lasting();
    Duration rest = hasGivenUp() ? SnapshotsTaken.LONGEST_INTERVAL : restAfterRefusal();
    retryNanos = System.nanoTime() + rest.toNanos();
  }

  private Duration restAfterRefusal() {
    return watched.options().snapshotInterval().multipliedBy(1L << refusals);
  }
}
