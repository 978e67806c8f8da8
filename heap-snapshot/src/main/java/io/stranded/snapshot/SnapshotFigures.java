package io.stranded.snapshot;

import java.time.Duration;
import java.util.Map;

/**
 * What a snapshot took and saw.
 *
 * @param pause from asking for the safepoint until the target ran on
 * @param toFirstRoot the part of it until all threads stood still and compiled frames were on the
 *     heap
 * @param roots the part in which roots were told
 * @param fork the part in which the process was forked
 * @param marking how long the forked process took
 * @param objects live objects
 * @param rootCount roots
 * @param threads started threads
 * @param candidates those that waited without a timeout and were asked for
 * @param unreached candidates to which nothing leads
 * @param islandBytes bytes written by the forked process
 */
public record SnapshotFigures(
    Duration pause,
    Duration toFirstRoot,
    Duration roots,
    Duration fork,
    Duration marking,
    long objects,
    long rootCount,
    long threads,
    long candidates,
    long unreached,
    long islandBytes) {

  static SnapshotFigures of(Map<String, String> status) {
    return new SnapshotFigures(
        nanos(status, "pause-nanos"),
        nanos(status, "to-first-root-nanos"),
        nanos(status, "roots-nanos"),
        nanos(status, "fork-nanos"),
        nanos(status, "marking-nanos"),
        number(status, "objects"),
        number(status, "roots"),
        number(status, "threads"),
        number(status, "candidates"),
        number(status, "unreached"),
        number(status, "island-bytes"));
  }

  private static Duration nanos(Map<String, String> status, String name) {
    return Duration.ofNanos(number(status, name));
  }

  private static long number(Map<String, String> status, String name) {
    try {
      return Long.parseLong(status.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
