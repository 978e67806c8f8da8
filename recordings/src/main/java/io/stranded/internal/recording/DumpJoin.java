package io.stranded.internal.recording;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.trend.TrendLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Adds to what was proved on a heap dump what recordings tell of the same threads. */
final class DumpJoin {
  private final ThreadLedger ledger;
  private final RecordingFacts facts;
  private final TrendLimits limits;

  DumpJoin(ThreadLedger ledger, RecordingFacts facts, TrendLimits limits) {
    this.ledger = ledger;
    this.facts = facts;
    this.limits = limits;
  }

  LeakProfile complete(LeakProfile profile, List<String> inputNotes) {
    List<String> notes = new ArrayList<>(profile.notes());
    notes.addAll(inputNotes);
    Instant dumpedAt = facts.dumpedAt();
    if (!ledger.end().isAfter(dumpedAt)) {
      notes.add(
          "the recording ended %s before the heap dump was taken, so that it cannot tell whether a thread was in the same wait then"
              .formatted(SuspectWords.words(Duration.between(ledger.end(), dumpedAt))));
    } else if (ledger.start().isAfter(dumpedAt)) {
      notes.add("the recording began after the heap dump was taken");
    }
    return profile
        .withFindings(profile.findings().stream().map(this::withHistory).toList())
        .withNotes(notes);
  }

  private Finding withHistory(Finding finding) {
    List<String> evidence = new ArrayList<>(finding.evidence());
    firstSeen(finding).ifPresent(evidence::add);
    growth(finding).ifPresent(evidence::add);
    return finding.withEvidence(evidence);
  }

  private Optional<String> firstSeen(Finding finding) {
    List<Duration> ages =
        finding.threads().stream().map(FoundThread::parkedFor).flatMap(Optional::stream).toList();
    if (!ages.isEmpty()) {
      Instant first = facts.dumpedAt().minus(ages.stream().max(Comparator.naturalOrder()).get());
      return Optional.of(
          ages.size() == 1
              ? "the recording shows this wait since %s, before the dump and after it"
                  .formatted(time(first))
              : "the recording shows %d of these waits before the dump and after it, the first since %s"
                  .formatted(ages.size(), time(first)));
    }
    List<Instant> open =
        finding.threads().stream()
            .map(thread -> ledger.find(thread.id()).flatMap(ThreadRecord::openPark))
            .flatMap(Optional::stream)
            .map(RecordedFact.ParkReported::since)
            .toList();
    return open.stream()
        .min(Comparator.naturalOrder())
        .map(
            first ->
                "%d of them waited when the recording ended, the first since %s; whether these are the same waits is not known"
                    .formatted(open.size(), time(first)));
  }

  private Optional<String> growth(Finding finding) {
    Set<ThreadGroupFlow> groups = new LinkedHashSet<>();
    finding.threads().stream()
        .map(thread -> ledger.census().groupOf(thread.id()))
        .flatMap(Optional::stream)
        .forEach(groups::add);
    return groups.isEmpty()
        ? Optional.empty()
        : Optional.of(Growth.of(groups, ledger, limits).words());
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
