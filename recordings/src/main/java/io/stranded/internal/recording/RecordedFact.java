package io.stranded.internal.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** What one event says, whoever wrote it and whichever library read it. */
public sealed interface RecordedFact {
  /** When the event was made; for events with a duration, their end. */
  Instant at();

  /**
   * A thread was started.
   *
   * @param creator frames of who started it, innermost first; empty if the event does not tell
   * @param byAgent whether our agent says so, not the JDK
   */
  record ThreadStarted(
      Instant at, long id, String name, boolean virtual, List<String> creator, boolean byAgent)
      implements RecordedFact {}

  /**
   * A thread has ended.
   *
   * @param byAgent whether our agent says so, not the JDK
   */
  record ThreadEnded(Instant at, long id, boolean virtual, boolean byAgent)
      implements RecordedFact {}

  /** The JVM has counted its live platform threads. */
  record ThreadsCounted(Instant at, long active) implements RecordedFact {}

  /** The agent has looked at all threads, and told before what it found. */
  record LookTaken(Instant at) implements RecordedFact {}

  /**
   * A thread has been in the same wait since then.
   *
   * @param kind {@code park}, {@code wait} or {@code monitor}
   * @param blockerType class of the object it waits on, empty if there is none
   * @param blockerIdentity tells blockers of one type apart, 0 if there is none
   * @param ownerId thread that holds the lock, 0 or less if there is none
   * @param stack frames, innermost first, one per line
   */
  record ParkReported(
      Instant at,
      long id,
      String name,
      boolean virtual,
      String kind,
      String blockerType,
      int blockerIdentity,
      long ownerId,
      boolean timed,
      Instant since,
      String stack)
      implements RecordedFact {}

  /** A wait that was reported, begun at that time, is over. */
  record ParkEnded(Instant at, long id, Instant since) implements RecordedFact {}

  /** A wait that was not necessarily reported is over: the JDK's own events come at the end. */
  record WaitOver(Instant at, long id, Duration lasted) implements RecordedFact {}

  /** A thread was seen to run. */
  record ThreadRan(Instant at, long id) implements RecordedFact {}

  /** A platform thread lived then. */
  record ThreadLived(Instant at, long id) implements RecordedFact {}

  /** A thread dump in the format of {@code jcmd Thread.print}. */
  record ThreadDumpTaken(Instant at, String text) implements RecordedFact {}

  /**
   * The JVM that was recorded.
   *
   * @param pid 0 if it is not told, as by JDK 11.0.1 and 11.0.2
   * @param version such as {@code 17.0.15+6}
   * @param command main class or jar with arguments; may be empty
   * @param options those of the JVM; may be empty
   */
  record JvmDescribed(
      Instant at, long pid, Instant startedAt, String version, String command, String options)
      implements RecordedFact {
    /** By what tells one JVM from another, earliest first. */
    static final Comparator<JvmDescribed> BY_JVM =
        Comparator.comparing(JvmDescribed::startedAt)
            .thenComparing(JvmDescribed::pid)
            .thenComparing(JvmDescribed::command)
            .thenComparing(JvmDescribed::options);
  }

  /** The recorder could not keep up: that many bytes of events are missing. */
  record EventsLost(Instant at, long bytes) implements RecordedFact {}
}
