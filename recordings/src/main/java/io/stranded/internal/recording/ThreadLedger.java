package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.EventsLost;
import io.stranded.internal.recording.RecordedFact.JvmDescribed;
import io.stranded.internal.recording.RecordedFact.LookTaken;
import io.stranded.internal.recording.RecordedFact.ParkEnded;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadLived;
import io.stranded.internal.recording.RecordedFact.ThreadRan;
import io.stranded.internal.recording.RecordedFact.ThreadStarted;
import io.stranded.internal.recording.RecordedFact.ThreadsCounted;
import io.stranded.internal.recording.RecordedFact.WaitOver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Folds the facts of one JVM into what is known of its threads.
 *
 * <p>The result does not depend on the order of the facts (readers give none, and several files may
 * overlap). Memory goes with the threads alive at a time, not with those that ever were: of a
 * thread that has ended only a bit is kept.
 */
final class ThreadLedger {
  private final Map<Long, ThreadRecord> alive = new HashMap<>();
  private final IdSet ended = new IdSet();
  private final DumpHistory dumps = new DumpHistory();
  private final NavigableSet<JvmDescribed> jvms = new TreeSet<>(JvmDescribed.BY_JVM);
  private final ThreadCensus census = new ThreadCensus();
  private final Population population = new Population();
  private Instant start = Instant.MAX;
  private Instant end = Instant.MIN;
  private Instant lastLook = Instant.MIN;
  private long lostBytes;

  void accept(RecordedFact fact) {
    until(fact.at());
    if (fact instanceof ThreadStarted started) {
      census.started(started);
      withLiving(started.id(), thread -> thread.started(started));
    } else if (fact instanceof ThreadEnded exit) {
      census.ended(exit);
      ended.add(exit.id());
      alive.remove(exit.id());
    } else if (fact instanceof ParkReported park) {
      withLiving(park.id(), thread -> thread.parked(park));
    } else if (fact instanceof ParkEnded unpark) {
      withLiving(unpark.id(), thread -> thread.unparked(unpark));
    } else if (fact instanceof WaitOver over) {
      withLiving(over.id(), thread -> thread.waited(over));
    } else if (fact instanceof ThreadRan ran) {
      withLiving(ran.id(), thread -> thread.ran(ran.at()));
    } else if (fact instanceof ThreadDumpTaken dump) {
      dumps.add(dump);
    } else if (fact instanceof JvmDescribed jvm) {
      jvms.add(jvm);
    } else if (fact instanceof ThreadsCounted count) {
      census.counted(count);
      population.counted(count);
    } else if (fact instanceof ThreadLived lived) {
      population.lived(lived);
    } else if (fact instanceof LookTaken look) {
      lastLook = look.at().isAfter(lastLook) ? look.at() : lastLook;
    } else if (fact instanceof EventsLost lost) {
      lostBytes += lost.bytes();
    } else {
      throw new AssertionError(fact);
    }
  }

  /** The recording reaches back to that time. */
  void from(Instant time) {
    if (time.isBefore(start)) {
      start = time;
    }
  }

  /** The recording reaches at least to that time. */
  void until(Instant time) {
    if (time.isAfter(end)) {
      end = time;
    }
  }

  /** Call when all facts are in. */
  void finish() {
    dumps.finish();
  }

  /**
   * When the recording began, or the earlier part of it that is still there; its end if unknown.
   */
  Instant start() {
    return start.isBefore(end) ? start : end;
  }

  /** When the agent last looked at all threads. */
  Instant lastLook() {
    return lastLook;
  }

  /** Whether anything tells what threads wait for. */
  boolean tellsOfWaits() {
    return lastLook.isAfter(Instant.MIN) || dumps.count() > 0;
  }

  /** Bytes of events that the recorder lost. */
  long lostBytes() {
    return lostBytes;
  }

  /** Starts and ends of threads over time. */
  ThreadCensus census() {
    return census;
  }

  /** How many platform threads lived at the end. */
  long platformThreads() {
    long known = alive.values().stream().filter(thread -> !thread.virtual()).count();
    return population.atTheEnd(dumps).orElse(known);
  }

  /** How many virtual threads lived at the end; empty if nothing tells of such. */
  OptionalLong virtualThreads() {
    long known = alive.values().stream().filter(ThreadRecord::virtual).count();
    return known > 0 || census.tellsOfVirtual() ? OptionalLong.of(known) : OptionalLong.empty();
  }

  /** When the recording ended. */
  Instant end() {
    return end;
  }

  /** Threads that events speak of and that have not ended, by id. */
  List<ThreadRecord> alive() {
    List<ThreadRecord> sorted = new ArrayList<>(alive.values());
    sorted.sort(Comparator.comparingLong(ThreadRecord::id));
    return sorted;
  }

  Optional<ThreadRecord> find(long id) {
    return Optional.ofNullable(alive.get(id));
  }

  /** The latest name of a thread that has not ended; empty if unknown. */
  String nameOf(long id) {
    String name = find(id).map(ThreadRecord::name).orElse("");
    DumpHistory.Seen seen = dumps.last().get(id);
    return name.isEmpty() && seen != null ? seen.thread().name() : name;
  }

  /** Whether there is somebody who would have told of a lasting wait of that thread. */
  boolean knowsWaitsOf(ThreadRecord thread) {
    return lastLook.isAfter(Instant.MIN)
        || (!thread.virtual() && dumps.last().containsKey(thread.id()));
  }

  boolean hasEnded(long id) {
    return ended.contains(id);
  }

  DumpHistory dumps() {
    return dumps;
  }

  /** The JVMs that were recorded; a sound input has one, a pruned one may have none. */
  List<JvmDescribed> jvms() {
    return List.copyOf(jvms);
  }

  /** When the JVM was started; empty where no event tells. */
  Optional<Instant> jvmStart() {
    return jvms.stream().map(JvmDescribed::startedAt).findFirst();
  }

  private void withLiving(long id, Consumer<ThreadRecord> update) {
    if (!ended.contains(id)) {
      update.accept(alive.computeIfAbsent(id, ThreadRecord::new));
    }
  }
}
