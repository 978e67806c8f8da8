package io.stranded.internal.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A wait without a timeout that was not over when the recording ended.
 *
 * @param kind {@code park}, {@code wait} or {@code monitor}
 * @param blockerType class of the object waited on, empty if there is none
 * @param blocker tells objects of one type apart; empty if unknown
 * @param owner id of the thread that holds the lock
 * @param stack frames, innermost first
 * @param creator frames that started the thread, innermost first; empty if unknown
 * @param since when the wait began or was first seen
 * @param age how long it is known to have lasted
 * @param source where this comes from
 */
record Wait(
    long id,
    String name,
    boolean virtual,
    String kind,
    String blockerType,
    String blocker,
    Optional<Long> owner,
    List<String> stack,
    List<String> creator,
    Instant since,
    Optional<Duration> age,
    Source source) {
  /** What tells of a wait, best first. */
  enum Source {
    /** Our agent reported it. */
    AGENT,
    /** Two dumps or more show it, without CPU time used in between. */
    SEVERAL_DUMPS,
    /** The JVM found the thread in a deadlock while it made the last dump. */
    DEADLOCK_IN_DUMP,
    /** Only the last dump shows it. */
    LAST_DUMP
  }
}
