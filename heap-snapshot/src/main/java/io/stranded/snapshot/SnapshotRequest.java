package io.stranded.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is asked of a snapshot.
 *
 * @param rules how references count
 * @param threads the threads that may be judged, by id; empty for all that wait without a timeout
 * @param tickers threads that wait with a timeout again and again and are judged too: if nothing
 *     leads to what they wait on, nobody can stop them
 * @param ways those of them of which it is told who holds what they wait on, if they live; of more
 *     than 64 some are left out
 * @param atLeast how unreachable a thread must be for an island to be written
 * @param mostBytes the largest island
 * @param deadline how long the forked process may live
 * @param niceness how far it stands back for others, 0 to 19
 * @param reserveBytes memory that must stay free for the target while it lives
 */
public record SnapshotRequest(
    SnapshotRules rules,
    Map<Long, Handle> threads,
    Set<Long> tickers,
    Set<Long> ways,
    Reach atLeast,
    long mostBytes,
    Duration deadline,
    int niceness,
    long reserveBytes) {
  /** How the library is told of a ticker: whoever holds the Thread can end it. */
  private static final int TICKER_BITS = 5;

  private static final String VERSION = "stranded-snapshot 1";
  private static final long MOST_BYTES = 64L << 20;
  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final int NICENESS = 10;
  private static final long RESERVE_BYTES = 64L << 20;

  /** How far whoever holds a Thread can end its wait. */
  public enum Handle {
    /** Not at all: the wait ignores interrupts. */
    NOT_AT_ALL(0),
    /** By an interrupt, which counts after everything else. */
    BY_INTERRUPT(2),
    /** As the wait is meant to be ended: it is a bare park. */
    AT_ONCE(1);

    private final int bits;

    Handle(int bits) {
      this.bits = bits;
    }
  }

  /** What still leads to a thread or to what it waits on. */
  public enum Reach {
    /** A weak or soft reference, or whoever holds the Thread. */
    WEAK(1),
    /** Whoever holds the Thread. */
    HANDLE(2),
    /** Nothing. */
    NOTHING(3);

    final int stage;

    Reach(int stage) {
      this.stage = stage;
    }
  }

  /** Makes sure that the numbers can be meant. */
  public SnapshotRequest {
    threads = Map.copyOf(threads);
    tickers = Set.copyOf(tickers);
    ways = Set.copyOf(ways);
    if (mostBytes < 1 || deadline.toSeconds() < 1 || reserveBytes < 0) {
      throw new IllegalArgumentException("a limit of the snapshot is below what makes sense");
    }
    if (niceness < 0 || niceness > 19) {
      throw new IllegalArgumentException("niceness is not within 0 to 19: " + niceness);
    }
  }

  /** A request for all threads, with limits for production. */
  public static SnapshotRequest ofAll(SnapshotRules rules) {
    return new SnapshotRequest(
        rules,
        Map.of(),
        Set.of(),
        Set.of(),
        Reach.NOTHING,
        MOST_BYTES,
        DEADLINE,
        NICENESS,
        RESERVE_BYTES);
  }

  /** The same for some threads. */
  public SnapshotRequest withThreads(Map<Long, Handle> value) {
    return new SnapshotRequest(
        rules, value, tickers, ways, atLeast, mostBytes, deadline, niceness, reserveBytes);
  }

  /** The same with tickers. */
  public SnapshotRequest withTickers(Set<Long> value) {
    return new SnapshotRequest(
        rules, threads, value, ways, atLeast, mostBytes, deadline, niceness, reserveBytes);
  }

  /** The same with the ways to what some of the threads wait on. */
  public SnapshotRequest withWays(Set<Long> value) {
    return new SnapshotRequest(
        rules, threads, tickers, value, atLeast, mostBytes, deadline, niceness, reserveBytes);
  }

  /** The same with threads that are held more weakly. */
  public SnapshotRequest withAtLeast(Reach value) {
    return new SnapshotRequest(
        rules, threads, tickers, ways, value, mostBytes, deadline, niceness, reserveBytes);
  }

  /** The same with another limit of size. */
  public SnapshotRequest withMostBytes(long value) {
    return new SnapshotRequest(
        rules, threads, tickers, ways, atLeast, value, deadline, niceness, reserveBytes);
  }

  /** The same with another limit of time. */
  public SnapshotRequest withDeadline(Duration value) {
    return new SnapshotRequest(
        rules, threads, tickers, ways, atLeast, mostBytes, value, niceness, reserveBytes);
  }

  /** The same with another reserve of memory. */
  public SnapshotRequest withReserveBytes(long value) {
    return new SnapshotRequest(
        rules, threads, tickers, ways, atLeast, mostBytes, deadline, niceness, value);
  }

  /** The lines that the library reads. */
  String text() {
    List<String> lines = new ArrayList<>(List.of(VERSION));
    lines.addAll(rules.lines());
    if (threads.isEmpty()) {
      lines.add("all-threads");
    }
    new TreeMap<>(threads).forEach((id, handle) -> lines.add("thread " + id + " " + handle.bits));
    new TreeSet<>(tickers).forEach(id -> lines.add("thread " + id + " " + TICKER_BITS));
    new TreeSet<>(ways).forEach(id -> lines.add("way " + id));
    lines.add("least-stage " + atLeast.stage);
    lines.add("most-bytes " + mostBytes);
    lines.add("deadline-seconds " + deadline.toSeconds());
    lines.add("niceness " + niceness);
    lines.add("reserve-bytes " + reserveBytes);
    return String.join("\n", lines) + "\n";
  }
}
