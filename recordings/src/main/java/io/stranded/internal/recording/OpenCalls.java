package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.recording.DumpHistory.Seen;
import io.stranded.internal.recording.DumpedThread.State;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.IoCall;
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
 * The requests without a timeout to which no answer had come when the recording ended, as its
 * thread dumps show. Who merely listens to somebody outside is idle, as far as they tell.
 */
final class OpenCalls {
  private OpenCalls() {}

  /** The call that a thread is in; empty if it is in none that lasts for want of an answer. */
  static Optional<IoCall> of(DumpedThread thread) {
    return thread.state() == State.OTHER
            && !WaitsByDesign.isInfrastructure(thread.name(), thread.stack())
        ? IoCall.of(thread.stack()).filter(call -> call.answer() && !call.timed())
        : Optional.empty();
  }

  /** A finding for each place at which threads have not got an answer for long. */
  static List<Finding> findings(ThreadLedger ledger, TrendLimits limits) {
    Instant end = ledger.dumps().lastAt().orElse(Instant.MIN);
    Map<String, List<Seen>> groups = new LinkedHashMap<>();
    ledger.dumps().last().values().stream()
        .filter(seen -> of(seen.thread()).isPresent() && !ledger.hasEnded(seen.thread().id()))
        .filter(seen -> age(seen, end).compareTo(limits.leastSpan()) >= 0)
        .sorted(Comparator.comparingLong(seen -> seen.thread().id()))
        .forEach(
            seen -> groups.computeIfAbsent(fingerprint(seen), key -> new ArrayList<>()).add(seen));
    List<Finding> findings = new ArrayList<>();
    groups.forEach((key, group) -> findings.add(finding(key, group, ledger, end)));
    return findings;
  }

  private static String fingerprint(Seen seen) {
    return Fingerprint.of(
        Cause.IO_WITHOUT_DEADLINE,
        /* blockerType= */ "",
        seen.thread().stack(),
        seen.thread().name(),
        /* origin= */ "");
  }

  private static Finding finding(
      String fingerprint, List<Seen> group, ThreadLedger ledger, Instant end) {
    Seen first = group.get(0);
    IoCall call = of(first.thread()).orElseThrow();
    Duration longest =
        group.stream().map(seen -> age(seen, end)).max(Comparator.naturalOrder()).orElseThrow();
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        Cause.IO_WITHOUT_DEADLINE,
        "%s %s, which no timeout is seen to end, for %s"
            .formatted(
                group.size() == 1 ? "1 thread" : group.size() + " threads, each",
                call.kind().words(),
                SuspectWords.words(longest)),
        new SyncObject("", "io", Map.of()),
        group.stream().map(seen -> found(seen, end)).toList(),
        0,
        first.thread().stack(),
        ledger.find(first.thread().id()).map(ThreadRecord::creator).orElse(List.of()),
        List.of(
            "in the same call in all thread dumps since then, without using CPU time",
            "its frames are those of a call without a timeout"));
  }

  private static FoundThread found(Seen seen, Instant end) {
    DumpedThread thread = seen.thread();
    return new FoundThread(thread.name(), thread.id(), false, Optional.of(age(seen, end)));
  }

  private static Duration age(Seen seen, Instant end) {
    return Duration.between(seen.since(), end);
  }
}
