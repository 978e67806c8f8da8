package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the thread dumps of a recording tell together: the last one, and since which dump a thread
 * has been in the wait that the last one shows.
 *
 * <p>Dumps come nearly in order. A few are held back to be sorted; one that comes later still
 * cannot change what is known of the end and is dropped.
 */
final class DumpHistory {
  private static final int HELD_BACK = 4;

  /**
   * A thread of the last dump.
   *
   * @param since the dump from which on it was seen in this wait, or call of the system, or to run
   *     in one place
   * @param spins in how many dumps in a row it ran in one place, and did nothing else in between
   * @param left stacks of waits that earlier dumps saw it in, and that it has gone on from
   */
  record Seen(Instant since, DumpedThread thread, int spins, Set<List<String>> left) {
    /** Whether it waits where it has waited before, and that came to its end. */
    boolean returned() {
      return left.contains(thread.stack());
    }
  }

  private final TreeMap<Instant, String> pending = new TreeMap<>();
  private Map<Long, Seen> last = Map.of();
  private @Nullable Instant lastAt;
  private long count;

  void add(ThreadDumpTaken dump) {
    if (lastAt != null && !dump.at().isAfter(lastAt)) {
      return;
    }
    if (pending.put(dump.at(), dump.text()) == null) {
      count++;
    }
    if (pending.size() > HELD_BACK) {
      apply(pending.pollFirstEntry());
    }
  }

  /** Takes in what was held back; no dump may be added afterwards. */
  void finish() {
    while (!pending.isEmpty()) {
      apply(pending.pollFirstEntry());
    }
  }

  /** How many dumps there were. */
  long count() {
    return count;
  }

  /** When the last one was taken. */
  Optional<Instant> lastAt() {
    return Optional.ofNullable(lastAt);
  }

  /** All threads of the last one, by id. */
  Map<Long, Seen> last() {
    return last;
  }

  private void apply(Map.Entry<Instant, String> dump) {
    Map<Long, Seen> now = new HashMap<>();
    for (DumpedThread thread : ThreadDumpParser.parse(dump.getValue())) {
      Seen before = last.get(thread.id());
      Instant since = dump.getKey();
      int spins = 1;
      if (before != null
          && (thread.waits() || OpenCalls.of(thread).isPresent())
          && thread.continues(before.thread)) {
        since = before.since;
      } else if (before != null
          && lastAt != null
          && RecordedSpins.runsOn(before.thread, thread, Duration.between(lastAt, dump.getKey()))) {
        since = before.since;
        spins = before.spins + 1;
      }
      now.put(
          thread.id(),
          new Seen(since, thread, spins, before == null ? Set.of() : left(before, thread)));
    }
    last = now;
    lastAt = dump.getKey();
  }

  private static Set<List<String>> left(Seen before, DumpedThread thread) {
    if (!before.thread.waits() || !thread.hasRunSince(before.thread)) {
      return before.left;
    }
    Set<List<String>> left = new HashSet<>(before.left);
    left.add(before.thread.stack());
    return left;
  }
}
