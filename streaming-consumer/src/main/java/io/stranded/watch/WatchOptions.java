package io.stranded.watch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to watch.
 *
 * @param minAge threads are suspects once they have been in one untimed wait for so long, those of
 *     a growing group sooner
 * @param interval time between two looks at the suspects
 * @param proof what leaks are proved by
 * @param snapshotInterval least time between two snapshots of a target
 * @param budget what heap dumps may cost a target
 * @param provenFor findings that are still there after this time are proved again
 * @param dumpDirectory where heap dumps go for the time of their analysis
 * @param keepDumps leave them there, and what snapshots have written
 * @param agent whether to load the agent; without it only platform threads are seen. The library of
 *     snapshots is loaded in any case
 * @param once end after one round
 * @param stateDirectory where to keep what a restarted watcher must know; empty to begin anew
 */
public record WatchOptions(
    Duration minAge,
    Duration interval,
    Proof proof,
    Duration snapshotInterval,
    DumpBudget budget,
    Duration provenFor,
    Path dumpDirectory,
    boolean keepDumps,
    boolean agent,
    boolean once,
    Optional<Path> stateDirectory) {}
