package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.recording.DumpHistory.Seen;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.trend.TrendLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The threads that have used a processor in one method of the application for as long as the thread
 * dumps of a recording tell.
 */
final class RecordedSpins {
  /** Two dumps may have met it there by chance. */
  private static final int LEAST_DUMPS = 3;

  /** Of the time between two dumps: who rests now and then, or has to wait, uses less. */
  private static final double LEAST_SHARE = 0.9;

  private RecordedSpins() {}

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
  static boolean isOne(DumpedThread earlier, DumpedThread later, Duration between) {
    Optional<String> place = place(later);
    Optional<Duration> before = earlier.cpuTime();
    Optional<Duration> after = later.cpuTime();
    return place.isPresent()
        && place.equals(place(earlier))
        && before.isPresent()
        && after.isPresent()
        && after.get().minus(before.get()).toNanos() >= LEAST_SHARE * between.toNanos();
  }

  /** A finding for each place at which threads have run for long. */
  static List<Finding> findings(ThreadLedger ledger, TrendLimits limits) {
    Instant end = ledger.dumps().lastAt().orElse(Instant.MIN);
    Map<String, List<Seen>> groups = new LinkedHashMap<>();
    ledger.dumps().last().values().stream()
        .filter(seen -> seen.spins() >= LEAST_DUMPS && !ledger.hasEnded(seen.thread().id()))
        .filter(seen -> age(seen, end).compareTo(limits.leastSpan()) >= 0)
        .filter(
            seen ->
                ledger
                    .find(seen.thread().id())
                    .filter(thread -> thread.awakeAfter(seen.since()))
                    .isEmpty())
        .sorted(Comparator.comparingLong(seen -> seen.thread().id()))
        .forEach(
            seen -> groups.computeIfAbsent(fingerprint(seen), key -> new ArrayList<>()).add(seen));
    List<Finding> findings = new ArrayList<>();
    groups.forEach((key, group) -> findings.add(finding(key, group, ledger, end)));
    return findings;
  }

  private static String fingerprint(Seen seen) {
    return Fingerprint.of(
        Cause.SPINNING,
        /* blockerType= */ "",
        seen.thread().stack(),
        seen.thread().name(),
        /* origin= */ "");
  }

  private static Finding finding(
      String fingerprint, List<Seen> group, ThreadLedger ledger, Instant end) {
    Seen first = group.get(0);
    Duration longest =
        group.stream().map(seen -> age(seen, end)).max(Comparator.naturalOrder()).orElseThrow();
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.SPINNING,
        "%s used a processor in one place without a pause, for %s"
            .formatted(
                group.size() == 1 ? "1 thread has" : group.size() + " threads have",
                SuspectWords.words(longest)),
        new SyncObject("", "running", Map.of()),
        group.stream()
            .map(
                seen ->
                    new FoundThread(
                        seen.thread().name(),
                        seen.thread().id(),
                        false,
                        Optional.of(age(seen, end))))
            .toList(),
        0,
        first.thread().stack(),
        ledger.find(first.thread().id()).map(ThreadRecord::creator).orElse(List.of()),
        List.of(
            "in that method in %d thread dumps, and nine tenths of the time between them on a"
                    .formatted(first.spins())
                + " processor",
            "what computes for so long looks the same"));
  }

  private static Duration age(Seen seen, Instant end) {
    return Duration.between(seen.since(), end);
  }
}
