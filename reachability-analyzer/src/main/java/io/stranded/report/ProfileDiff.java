package io.stranded.report;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of the findings of one profile in a later one. Findings of one fingerprint are one
 * kind of leak and are counted together.
 *
 * @param before the earlier profile
 * @param after the later profile
 * @param changes kinds of leaks of either, the worst change first: new, grown, shrunk, gone,
 *     unchanged, and most threads first within each
 */
public record ProfileDiff(LeakProfile before, LeakProfile after, List<Change> changes) {
  private static final Comparator<Change> ORDER =
      Comparator.comparing(Change::kind)
          .thenComparing(Comparator.comparingLong(ProfileDiff::threads).reversed())
          .thenComparing(change -> change.finding().fingerprint());

  /** What became of a kind of leak. */
  public enum Kind {
    NEW,
    GROWN,
    SHRUNK,
    GONE,
    UNCHANGED
  }

  /**
   * Sums over the findings of one fingerprint in one profile.
   *
   * @param threads number of threads, whatever the verdict
   * @param leaked of those, that are {@link Standing#LEAKED}
   * @param stuck of those, that are {@link Standing#STUCK}
   * @param pinnedBytes heap that they keep alive
   */
  public record Amount(long threads, long leaked, long stuck, long pinnedBytes) {
    static final Amount NONE = new Amount(0, 0, 0, 0);

    Amount plus(Finding finding) {
      List<Finding> alone = List.of(finding);
      return new Amount(
          threads + finding.count(),
          leaked + ThreadCounts.count(alone, Standing.LEAKED),
          stuck + ThreadCounts.count(alone, Standing.STUCK),
          pinnedBytes + finding.pinnedBytes());
    }

    /** Threads that do not go on by themselves: leaked and stuck ones. */
    long held() {
      return leaked + stuck;
    }
  }

  /**
   * A kind of leak then and now.
   *
   * @param kind what became of it: by the number of threads, or by how many of them are proved to
   *     be leaked if the number is the same
   * @param finding the finding with that fingerprint that has most threads, of the later profile if
   *     it is there
   * @param before how much there was
   * @param after how much there is
   */
  public record Change(Kind kind, Finding finding, Amount before, Amount after) {
    /** Whether more threads are proved to be leaked than before. */
    public boolean leaksMore() {
      return after.leaked() > before.leaked();
    }

    /** Whether more threads are leaked, or are leaked or stuck, than before. */
    public boolean sticksMore() {
      return leaksMore() || after.held() > before.held();
    }
  }

  /** Findings of one fingerprint, then and now. */
  private static final class Group {
    private final Finding first;
    private Amount before = Amount.NONE;
    private Amount after = Amount.NONE;

    private Group(Finding first) {
      this.first = first;
    }

    private Change change() {
      return new Change(kind(), first, before, after);
    }

    private Kind kind() {
      if (before.threads() == 0) {
        return Kind.NEW;
      }
      if (after.threads() == 0) {
        return Kind.GONE;
      }
      int more = Long.compare(after.threads(), before.threads());
      int worse = more != 0 ? more : Long.compare(after.leaked(), before.leaked());
      worse = worse != 0 ? worse : Long.compare(after.stuck(), before.stuck());
      return worse > 0 ? Kind.GROWN : worse < 0 ? Kind.SHRUNK : Kind.UNCHANGED;
    }
  }

  public ProfileDiff {
    changes = List.copyOf(changes);
  }

  /** Compares two profiles. */
  public static ProfileDiff of(LeakProfile before, LeakProfile after) {
    Map<String, Group> groups = new LinkedHashMap<>();
    for (Finding finding : after.findings()) {
      Group group = groups.computeIfAbsent(finding.fingerprint(), key -> new Group(finding));
      group.after = group.after.plus(finding);
    }
    Map<String, String> names = names(before, after);
    for (Finding finding : before.findings()) {
      String name = names.getOrDefault(finding.fingerprint(), finding.fingerprint());
      Group group = groups.computeIfAbsent(name, key -> new Group(finding));
      group.before = group.before.plus(finding);
    }
    List<Change> changes = groups.values().stream().map(Group::change).sorted(ORDER).toList();
    return new ProfileDiff(before, after, changes);
  }

  /**
   * What the later profile calls kinds of leaks of which one profile knows better than the other
   * where their threads come from, by what the earlier one calls them. Where that may be several,
   * none is told.
   */
  private static Map<String, String> names(LeakProfile before, LeakProfile after) {
    Map<String, Finding> earlier = byFingerprint(before);
    Map<String, Finding> later = byFingerprint(after);
    Map<String, String> names = new HashMap<>();
    for (Finding old : earlier.values()) {
      List<String> same =
          later.values().stream()
              .filter(now -> !earlier.containsKey(now.fingerprint()) && isSame(old, now))
              .map(Finding::fingerprint)
              .toList();
      if (!later.containsKey(old.fingerprint()) && same.size() == 1) {
        names.put(old.fingerprint(), same.get(0));
      }
    }
    return names;
  }

  private static boolean isSame(Finding one, Finding other) {
    return one.aliases().contains(other.fingerprint())
        || other.aliases().contains(one.fingerprint());
  }

  private static Map<String, Finding> byFingerprint(LeakProfile profile) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    profile.findings().forEach(finding -> findings.putIfAbsent(finding.fingerprint(), finding));
    return findings;
  }

  private static long threads(Change change) {
    return Math.max(change.before().threads(), change.after().threads());
  }

  /** The number of kinds of leaks that changed so. */
  public long count(Kind kind) {
    return changes.stream().filter(change -> change.kind() == kind).count();
  }

  /** Whether more threads of any kind are proved to be leaked than before. */
  public boolean leaksMore() {
    return changes.stream().anyMatch(Change::leaksMore);
  }

  /** Whether more threads of any kind are leaked or stuck than before. */
  public boolean sticksMore() {
    return changes.stream().anyMatch(Change::sticksMore);
  }

  /** What makes the comparison less than it seems, a sentence each. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (after.takenAt().isBefore(before.takenAt())) {
      notes.add("the new profile was taken before the old one");
    }
    Optional<String> oldService = before.target().map(Target::serviceName);
    Optional<String> newService = after.target().map(Target::serviceName);
    if (oldService.isPresent() && newService.isPresent() && !oldService.equals(newService)) {
      notes.add("the profiles are of different services");
    }
    if (before.dump().isPresent() != after.dump().isPresent()) {
      notes.add("one profile is of a heap dump and one of events alone, which prove nothing");
    }
    if (after.dump().isPresent() && !after.dump().get().complete()) {
      notes.add("the new dump is incomplete: what is gone may only be missing from it");
    } else if (!after.isConclusive()) {
      notes.add(
          "the new profile is not conclusive ("
              + after.unknowns().get(0)
              + "): what is gone may only be unknown to it");
    }
    return notes;
  }
}
