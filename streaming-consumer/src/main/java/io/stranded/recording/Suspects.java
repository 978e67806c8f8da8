package io.stranded.recording;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.Fingerprint;
import io.stranded.finding.FoundThread;
import io.stranded.finding.Frames;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.finding.WaitSite;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes findings of open waits: one for all that share a fingerprint. */
final class Suspects {
  private Suspects() {}

  /** Findings, most threads first. */
  static List<Finding> group(List<Wait> waits, ThreadLedger ledger) {
    LockOwners owners = new LockOwners(waits, ledger);
    Map<String, Cause> causes = new HashMap<>();
    Map<String, List<Wait>> groups = new LinkedHashMap<>();
    for (Wait wait : waits) {
      WaitSite site = siteOf(wait);
      Cause cause = owners.cause(wait).orElse(site.cause());
      String fingerprint = Fingerprint.of(cause, site.type(), wait.stack(), wait.name());
      causes.put(fingerprint, cause);
      groups.computeIfAbsent(fingerprint, f -> new ArrayList<>()).add(wait);
    }
    List<Finding> findings = new ArrayList<>();
    groups.forEach(
        (fingerprint, group) -> {
          Cause cause = causes.getOrDefault(fingerprint, Cause.SYNCHRONIZER_ABANDONED);
          findings.add(finding(fingerprint, cause, group, owners, ledger));
        });
    findings.sort(
        Comparator.comparingInt(Finding::count).reversed().thenComparing(Finding::fingerprint));
    return findings;
  }

  private static Finding finding(
      String fingerprint, Cause cause, List<Wait> group, LockOwners owners, ThreadLedger ledger) {
    Wait first = group.get(0);
    String type = siteOf(first).type();
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        cause,
        SuspectWords.summary(cause, type, group),
        new SyncObject(type, kind(first), Map.of()),
        group.stream()
            .map(wait -> new FoundThread(wait.name(), wait.id(), wait.virtual(), wait.age()))
            .toList(),
        0,
        first.stack(),
        mostFrequentCreator(group),
        SuspectWords.evidence(cause, type, group, owners, ledger));
  }

  private static WaitSite siteOf(Wait wait) {
    return WaitSite.of(wait.blockerType(), wait.stack());
  }

  private static String kind(Wait wait) {
    return switch (wait.kind()) {
      case "monitor" -> "monitor-enter";
      case "wait" ->
          wait.stack().stream()
                  .limit(5)
                  .anyMatch(frame -> Frames.method(frame).equals("java.lang.Thread.join"))
              ? "join"
              : "monitor-wait";
      case "park" -> {
        if (wait.blockerType().isEmpty()) {
          yield "bare-park";
        }
        yield wait.owner().isPresent() ? "lock" : "parked";
      }
      default -> "unknown";
    };
  }

  private static List<String> mostFrequentCreator(List<Wait> group) {
    Map<List<String>, Integer> counts = new LinkedHashMap<>();
    for (Wait wait : group) {
      if (!wait.creator().isEmpty()) {
        counts.merge(wait.creator(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(List.of());
  }
}
