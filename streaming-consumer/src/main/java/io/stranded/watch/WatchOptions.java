package io.stranded.watch;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to watch.
 *
 * @param minAge threads are suspects once they have been in one untimed wait for so long
 * @param interval time between two looks at the suspects
 * @param dumpInterval least time between two heap dumps
 * @param dumpDirectory where heap dumps go for the time of their analysis
 * @param keepDumps leave them there
 * @param agent whether to load the agent; without it only platform threads are seen
 * @param once end after one round
 */
public record WatchOptions(
    Duration minAge,
    Duration interval,
    Duration dumpInterval,
    Path dumpDirectory,
    boolean keepDumps,
    boolean agent,
    boolean once) {}
