package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.recording.DumpHistory.Seen;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.trend.TrendLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What threads are suspected of that all thread dumps of a long time show doing the same. */
interface SeenForLong {
  /** The cause of each finding. */
  Cause cause();

  /** What such threads do, as {@link SyncObject#kind()} has it. */
  String kind();

  /** Whether a thread of the last dump is one of them. */
  boolean isOne(Seen seen);

  /** What they do, a clause. */
  String summary(List<Seen> group, String longest);

  /** What tells them from healthy ones, and what does not. */
  List<String> evidence(Seen first);

  /** A finding for each place at which threads that had not ended did so for long. */
  default List<Finding> findings(ThreadLedger ledger, TrendLimits limits) {
    Instant end = ledger.dumps().lastAt().orElse(Instant.MIN);
    Predicate<Seen> lives = seen -> !ledger.hasEnded(seen.thread().id());
    Map<String, List<Seen>> groups =
        ledger.dumps().last().values().stream()
            .filter(lives.and(this::isOne))
            .filter(seen -> age(seen, end).compareTo(limits.leastSpan()) >= 0)
            .sorted(Comparator.comparingLong(seen -> seen.thread().id()))
            .collect(
                Collectors.groupingBy(this::fingerprint, LinkedHashMap::new, Collectors.toList()));
    return groups.entrySet().stream()
        .map(group -> finding(group.getKey(), group.getValue(), ledger, end))
        .toList();
  }

  private String fingerprint(Seen seen) {
    DumpedThread thread = seen.thread();
    return Fingerprint.of(
        cause(), /* blockerType= */ "", thread.stack(), thread.name(), /* origin= */ "");
  }

  private Finding finding(String fingerprint, List<Seen> group, ThreadLedger ledger, Instant end) {
    Seen first = group.get(0);
    Duration longest =
        group.stream().map(seen -> age(seen, end)).max(Comparator.naturalOrder()).orElseThrow();
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        cause(),
        summary(group, SuspectWords.words(longest)),
        new SyncObject("", kind(), Map.of()),
        group.stream().map(seen -> found(seen, end)).toList(),
        0,
        first.thread().stack(),
        ledger.find(first.thread().id()).map(ThreadRecord::creator).orElse(List.of()),
        evidence(first));
  }

  private static FoundThread found(Seen seen, Instant end) {
    DumpedThread thread = seen.thread();
    return new FoundThread(thread.name(), thread.id(), false, Optional.of(age(seen, end)));
  }

  private static Duration age(Seen seen, Instant end) {
    return Duration.between(seen.since(), end);
  }
}
