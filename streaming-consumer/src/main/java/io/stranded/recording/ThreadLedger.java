package io.stranded.recording;

import io.stranded.recording.RecordedFact.EventsLost;
import io.stranded.recording.RecordedFact.JvmDescribed;
import io.stranded.recording.RecordedFact.ParkEnded;
import io.stranded.recording.RecordedFact.ParkReported;
import io.stranded.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.recording.RecordedFact.ThreadEnded;
import io.stranded.recording.RecordedFact.ThreadStarted;
import io.stranded.recording.RecordedFact.WaitOver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  private final Map<Instant, JvmDescribed> jvms = new TreeMap<>();
  private Instant end = Instant.MIN;

  void accept(RecordedFact fact) {
    until(fact.at());
    if (fact instanceof ThreadStarted started) {
      withLiving(started.id(), thread -> thread.started(started));
    } else if (fact instanceof ThreadEnded exit) {
      ended.add(exit.id());
      alive.remove(exit.id());
    } else if (fact instanceof ParkReported park) {
      withLiving(park.id(), thread -> thread.parked(park));
    } else if (fact instanceof ParkEnded unpark) {
      withLiving(unpark.id(), thread -> thread.unparked(unpark));
    } else if (fact instanceof WaitOver over) {
      withLiving(over.id(), thread -> thread.wasAwake(over.at()));
    } else if (fact instanceof ThreadDumpTaken dump) {
      dumps.add(dump);
    } else if (fact instanceof JvmDescribed jvm) {
      jvms.put(jvm.startedAt(), jvm);
    } else if (!(fact instanceof EventsLost)) {
      throw new AssertionError(fact);
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

  boolean hasEnded(long id) {
    return ended.contains(id);
  }

  DumpHistory dumps() {
    return dumps;
  }

  /** The JVMs that were recorded; a sound input has one, a pruned one may have none. */
  List<JvmDescribed> jvms() {
    return List.copyOf(jvms.values());
  }

  private void withLiving(long id, Consumer<ThreadRecord> update) {
    if (!ended.contains(id)) {
      update.accept(alive.computeIfAbsent(id, ThreadRecord::new));
    }
  }
}
