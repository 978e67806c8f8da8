package io.stranded.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How things stand with one JVM.
 *
 * @param name what it is called
 * @param threads its platform threads
 * @param waiting open waits that were told of
 * @param suspects of those, the ones that have waited for too long
 * @param leaked threads of leaked findings
 * @param stuck threads of findings that only an interrupt, or a weak reference, could end
 * @param dumps heap dumps taken
 * @param paused by them, in all
 * @param snapshots taken
 * @param lastPause by the last of them
 * @param longestPause by any of them
 * @param events heard so far
 * @param toldUntil everything that happened before this has been heard
 * @param trend its threads beside what was usual after the start; empty if not counted yet
 */
public record TargetStatus(
    String name,
    long threads,
    long waiting,
    long suspects,
    long leaked,
    long stuck,
    int dumps,
    Duration paused,
    int snapshots,
    Duration lastPause,
    Duration longestPause,
    long events,
    Instant toldUntil,
    Optional<TrendStatus> trend) {}
