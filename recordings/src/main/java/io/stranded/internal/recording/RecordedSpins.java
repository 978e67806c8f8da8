package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import io.stranded.internal.recording.DumpHistory.Seen;
import io.stranded.internal.stack.Frames;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The threads that have used a processor in one method of the application for as long as the thread
 * dumps of a recording tell.
 */
final class RecordedSpins implements SeenForLong {
  /** Two dumps may have met it there by chance. */
  private static final int LEAST_DUMPS = 3;

  /** Of the time between two dumps: who rests now and then, or has to wait, uses less. */
  private static final double LEAST_SHARE = 0.9;

  private final ThreadLedger ledger;

  RecordedSpins(ThreadLedger ledger) {
    this.ledger = ledger;
  }

  /** Where a thread of a dump runs: a method of the application; empty if it may well wait. */
  static Optional<String> place(DumpedThread thread) {
    boolean waits =
        thread.waits()
            || thread.stack().isEmpty()
            || thread.stack().get(0).endsWith("(Native Method)")
            || WaitsByDesign.isInfrastructure(thread.name(), thread.stack());
    return waits
        ? Optional.empty()
        : thread.stack().stream()
            .filter(frame -> !Frames.isJdk(frame))
            .findFirst()
            .map(Frames::method);
  }

  /**
   * Whether a thread has run in one method between two dumps, and did nothing else.
   *
   * @param between the time from one to the other
   */
  static boolean runsOn(DumpedThread earlier, DumpedThread later, Duration between) {
    Optional<String> place = place(later);
    Optional<Duration> before = earlier.cpuTime();
    Optional<Duration> after = later.cpuTime();
    return place.isPresent()
        && place.equals(place(earlier))
        && before.isPresent()
        && after.isPresent()
        && after.get().minus(before.get()).toNanos() >= LEAST_SHARE * between.toNanos();
  }

  @Override
  public Cause cause() {
    return Cause.SPINNING;
  }

  @Override
  public String kind() {
    return "running";
  }

  @Override
  public boolean isOne(Seen seen) {
    return seen.spins() >= LEAST_DUMPS
        && ledger
            .find(seen.thread().id())
            .filter(thread -> thread.awakeAfter(seen.since()))
            .isEmpty();
  }

  @Override
  public String summary(List<Seen> group, String longest) {
    return "%s used a processor in one place without a pause, for %s"
        .formatted(group.size() == 1 ? "1 thread has" : group.size() + " threads have", longest);
  }

  @Override
  public List<String> evidence(Seen first) {
    return List.of(
        "in that method in %d thread dumps, and nine tenths of the time between them on a processor"
            .formatted(first.spins()),
        "what computes for so long looks the same");
  }
}
