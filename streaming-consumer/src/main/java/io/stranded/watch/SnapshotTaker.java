package io.stranded.watch;

import io.stranded.finding.RootPrecision;
import io.stranded.internal.files.PrivateFiles;
import io.stranded.internal.recording.TakenFacts;
import io.stranded.internal.source.Leftovers;
import io.stranded.internal.source.TargetJvm;
import io.stranded.snapshot.Island;
import io.stranded.snapshot.SnapshotFigures;
import io.stranded.snapshot.SnapshotRequest;
import io.stranded.snapshot.SnapshotResult;
import java.io.IOException;
import java.lang.management.ThreadInfo;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Takes one snapshot of a JVM for later analysis, with what its threads did around it. */
public final class SnapshotTaker {
  /**
   * What came of it.
   *
   * @param facts what was written beside the island; empty if all threads live and nothing was
   */
  public record Outcome(SnapshotFigures figures, Optional<TakenFacts> facts) {}

  /**
   * Takes a snapshot of all threads that wait without a timeout.
   *
   * @param output where what only leaked threads hold goes, as a heap dump; must not exist
   * @param facts where the thread facts go; must not exist
   * @param settle time between the first look at the threads and the snapshot
   * @throws NoSnapshotException if there can be none; one line
   * @throws io.stranded.internal.source.TargetLostException if the target does not let us, or ends
   */
  public Outcome take(long pid, Path output, Path facts, Duration settle)
      throws IOException, InterruptedException {
    for (Path file : List.of(output, facts)) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    try (TargetJvm target = TargetJvm.attach(pid)) {
      Leftovers.delete(target.files(), target.files().temporary());
      Instant firstLook = Instant.now();
      Map<Long, ThreadInfo> before = DumpTaker.look(target);
      Thread.sleep(settle.toMillis());
      Instant startedAt = Instant.now();
      SnapshotResult result =
          new FrozenSnapshots(target, new NativeLibrary(target))
              .take(
                  SnapshotRequest.ofAll(FrozenSnapshots.rules())
                      .withTickers(TickingThreads.of(target.threads(), startedAt))
                      .withAtLeast(SnapshotRequest.Reach.WEAK));
      Instant finishedAt = Instant.now();
      if (result instanceof SnapshotResult.Refused refused) {
        throw new NoSnapshotException("no snapshot of " + pid + ": " + refused.reason());
      }
      if (result instanceof SnapshotResult.Unreached unreached) {
        Map<Long, TakenFacts.Seen> seen =
            DumpTaker.compare(
                before, DumpTaker.look(target), Duration.between(firstLook, finishedAt));
        TakenFacts taken =
            new TakenFacts(
                startedAt, finishedAt, RootPrecision.FROZEN, withFrozen(seen, unreached.island()));
        write(unreached.island(), output, startedAt);
        taken.write(facts);
        return new Outcome(unreached.figures(), Optional.of(taken));
      }
      return new Outcome(((SnapshotResult.AllLive) result).figures(), Optional.empty());
    }
  }

  /** The frozen image tells who owned monitors at that very moment, and who has moved since. */
  private static Map<Long, TakenFacts.Seen> withFrozen(
      Map<Long, TakenFacts.Seen> seen, Island island) {
    Map<Long, Long> ids =
        island.waiters().stream()
            .collect(Collectors.toMap(Island.Waiter::thread, Island.Waiter::id));
    Map<Long, TakenFacts.Seen> both = new HashMap<>(seen);
    for (Island.Waiter waiter : island.waiters()) {
      if (waiter.moved()) {
        both.put(
            waiter.id(),
            new TakenFacts.Seen(
                /* steady= */ false, Duration.ZERO, OptionalLong.empty(), Optional.empty()));
      } else {
        Long owner = waiter.kind() == Island.Wait.MONITOR_ENTER ? ids.get(waiter.owner()) : null;
        both.computeIfPresent(
            waiter.id(),
            (id, one) ->
                new TakenFacts.Seen(
                    one.steady(),
                    one.waitingFor(),
                    owner == null ? OptionalLong.empty() : OptionalLong.of(owner),
                    one.monitorType()));
      }
    }
    return both;
  }

  private static void write(Island island, Path output, Instant takenAt) throws IOException {
    PrivateFiles.createNew(output);
    try {
      FrozenSnapshots.write(island, output, takenAt);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(output);
      throw e;
    }
  }
}
