package io.stranded.finding;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that one look at one JVM found.
 *
 * @param target the JVM, when known
 * @param takenAt when the dump was made or the recording ended; when the analysis ran if neither is
 *     known
 * @param dump what it was proved on; empty for events alone
 * @param threads counts over the whole target
 * @param findings most threads first
 * @param notes what the reader should know beside the findings: limits, threads kept alive on
 *     purpose, input that was damaged
 * @param unknowns why the absence of findings would mean nothing, a clause each, the one that
 *     matters most first: no thread dumps in a recording, a dump that is cut
 */
public record LeakProfile(
    Optional<Target> target,
    Instant takenAt,
    Optional<DumpInfo> dump,
    ThreadCounts threads,
    List<Finding> findings,
    List<String> notes,
    List<String> unknowns) {
  public LeakProfile {
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
    unknowns = List.copyOf(unknowns);
  }

  /** A profile in which nothing is unknown but what an incomplete dump hides. */
  public LeakProfile(
      Optional<Target> target,
      Instant takenAt,
      Optional<DumpInfo> dump,
      ThreadCounts threads,
      List<Finding> findings,
      List<String> notes) {
    this(
        target,
        takenAt,
        dump,
        threads,
        findings,
        notes,
        dump.filter(d -> !d.complete()).map(d -> "the dump is incomplete").stream().toList());
  }

  /** Whether the threads that are in no finding were judged. */
  public boolean isConclusive() {
    return unknowns.isEmpty();
  }

  /** The same with other {@link #unknowns()}. */
  public LeakProfile withUnknowns(List<String> others) {
    return new LeakProfile(target, takenAt, dump, threads, findings, notes, others);
  }

  /** The same with other {@link #notes()}. */
  public LeakProfile withNotes(List<String> others) {
    return new LeakProfile(target, takenAt, dump, threads, findings, others, unknowns);
  }

  /** The same with these findings alone, which change no count. */
  public LeakProfile withFindings(List<Finding> others) {
    return new LeakProfile(target, takenAt, dump, threads, others, notes, unknowns);
  }

  /**
   * What it has come to by then, if nothing has changed: the threads have waited on since they were
   * last known to.
   */
  public LeakProfile later(Instant now) {
    List<Finding> aged = new ArrayList<>();
    for (Finding finding : findings) {
      Instant seen = finding.life().map(Life::lastSeen).orElse(takenAt);
      Duration since = Duration.between(seen, now);
      aged.add(finding.of(finding.threads().stream().map(thread -> thread.later(since)).toList()));
    }
    return new LeakProfile(target, now, dump, threads, aged, notes, unknowns);
  }

  /** The same with further findings, which change no count. */
  public LeakProfile with(List<Finding> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Finding> all = new ArrayList<>(findings);
    all.addAll(more);
    return withFindings(all);
  }

  /** Whether any finding is proved to be a leak that nobody can end. */
  public boolean hasLeaks() {
    return has(Standing.LEAKED);
  }

  /** Whether any finding stands so. */
  public boolean has(Standing standing) {
    return findings.stream().anyMatch(finding -> finding.standing() == standing);
  }

  /** How the surest finding stands; empty if there is none. */
  public Optional<Standing> surest() {
    return findings.stream().map(Finding::standing).min(Comparator.naturalOrder());
  }

  /**
   * The same profile without findings of a weaker confidence than the given one, which a note
   * counts instead. Suspects have no confidence and stay.
   */
  public LeakProfile atLeast(Confidence weakest) {
    List<Finding> kept =
        findings.stream()
            .filter(f -> f.confidence().filter(c -> c.compareTo(weakest) > 0).isEmpty())
            .toList();
    if (kept.size() == findings.size()) {
      return this;
    }
    long hidden = countThreads(findings) - countThreads(kept);
    List<String> moreNotes = new ArrayList<>(notes);
    moreNotes.add(
        hidden
            + (hidden == 1 ? " more thread waits" : " more threads wait")
            + " for what only an interrupt, or a weak or soft reference, could end:"
            + " --confidence weakly-held shows them");
    return new LeakProfile(target, takenAt, dump, threads.leaving(kept), kept, moreNotes, unknowns);
  }

  /** The ids of threads that could not be judged, for a doubt that this would settle. */
  public Set<Long> settledBy(Doubt.Cure cure) {
    return findings.stream()
        .filter(finding -> finding.doubts().stream().anyMatch(doubt -> doubt.cure() == cure))
        .flatMap(finding -> finding.threads().stream())
        .map(FoundThread::id)
        .collect(Collectors.toSet());
  }

  private static long countThreads(List<Finding> findings) {
    return findings.stream().mapToLong(Finding::count).sum();
  }
}
