package io.stranded.watch;

import io.stranded.internal.timeline.Patience;
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
  private final Gathering gathering;
  private final NextLook next;
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
    this.gathering = new Gathering(watched.options().minAge());
    this.next = new NextLook(watched.log());
  }

  /** Whether these suspects are to be looked at now. */
  boolean areCalledFor(List<Suspect> suspects, Instant now) {
    return switch (way()) {
      case DUMP ->
          dumps.isCalledFor(suspects, now)
              && (!watched.options().budget().dumps() || areGathered(suspects, now));
      case SNAPSHOT, AUTO -> isSnapshotCalledFor(suspects, now);
    };
  }

  private boolean isSnapshotCalledFor(List<Suspect> suspects, Instant now) {
    if (!snapshots.isCalledFor(suspects)) {
      return false;
    }
    if (isDue()) {
      // Further ones come soon and cost little, so that only the first is worth waiting for.
      return watched.memory().snapshots().count() > 0 || areGathered(suspects, now);
    }
    long threads = SuspectFindings.worthALook(suspects).size();
    next.waits("snapshot of " + watched.target().pid(), threads, left(), whyNotYet());
    return isReportingSuspects();
  }

  /** Whether nobody is about to have waited for too long. Who looks but once has waited for all. */
  private boolean areGathered(List<Suspect> suspects, Instant now) {
    List<Suspect> soon =
        watched
            .timeline()
            .suspects(new Patience(watched.options().minAge()), now.plus(gathering.ahead()));
    return watched.options().once()
        || gathering.isOver(
            SuspectFindings.worthALook(suspects),
            SuspectFindings.worthALook(soon),
            System.nanoTime());
  }

  private Duration left() {
    Duration rest = watched.memory().snapshots().left();
    Duration retry = Duration.ofNanos(retryNanos - System.nanoTime());
    return rest.compareTo(retry) < 0 ? retry : rest;
  }

  private String whyNotYet() {
    return refusal
        .map(refused -> "there was none: " + refused.reason())
        .orElseGet(
            () ->
                "the last one took "
                    + watched.memory().snapshots().lastDuration().toMillis()
                    + " ms: the dearer they are, the rarer");
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
    next.comes();
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
