package io.stranded.endpoint;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The open findings of a sidecar, kind by kind, and how each kind grows. */
final class SidecarLeaks {
  private static final int MOST_NAMES = 50;

  private record Seen(LeakProfile profile, Finding finding) {
    Instant first() {
      return finding.life().map(Life::firstSeen).orElse(profile.takenAt());
    }

    Instant last() {
      return finding.life().map(Life::lastSeen).orElse(profile.takenAt());
    }

    String service() {
      return profile
          .target()
          .map(jvm -> jvm.serviceName() + jvm.serviceVersion().map(v -> " " + v).orElse(""))
          .orElse("");
    }

    String place() {
      return profile
          .target()
          .map(jvm -> jvm.serviceName() + " " + jvm.pid() + " on " + jvm.hostName())
          .orElse("");
    }
  }

  private final OpenFindings findings;
  private final Map<String, Growth> growth = new LinkedHashMap<>();

  SidecarLeaks(OpenFindings findings) {
    this.findings = findings;
  }

  /** The kinds, proved ones first, of these the largest. */
  List<PageLeak> now() {
    List<PageLeak> leaks = new ArrayList<>();
    kinds().forEach((fingerprint, seen) -> leaks.add(leak(fingerprint, seen)));
    leaks.sort(
        Comparator.comparing((PageLeak leak) -> Standing.valueOf(leak.standing()))
            .thenComparing(Comparator.comparingLong(PageLeak::threads).reversed())
            .thenComparing(PageLeak::fingerprint));
    return leaks;
  }

  /** Takes note of how many threads each kind has. */
  void sample(Instant now) {
    Map<String, List<Seen>> kinds = kinds();
    kinds.forEach((fingerprint, seen) -> growth(fingerprint).add(now, threads(seen)));
    synchronized (growth) {
      growth.keySet().retainAll(kinds.keySet());
    }
  }

  private Map<String, List<Seen>> kinds() {
    Map<String, List<Seen>> kinds = new TreeMap<>();
    for (LeakProfile profile : findings.profiles()) {
      for (Finding finding : profile.findings()) {
        kinds
            .computeIfAbsent(finding.fingerprint(), kind -> new ArrayList<>())
            .add(new Seen(profile, finding));
      }
    }
    return kinds;
  }

  private PageLeak leak(String fingerprint, List<Seen> seen) {
    Finding surest =
        seen.stream()
            .map(Seen::finding)
            .reduce((one, other) -> LeakKinds.isSurer(one, other) ? one : other)
            .orElseThrow();
    Seen first = seen.stream().min(Comparator.comparing(Seen::first)).orElseThrow();
    Map<String, String> state = new LinkedHashMap<>();
    surest.blockedOn().state().forEach((name, value) -> state.put(name, value.toString()));
    String waitsOn = surest.blockedOn().type();
    return new PageLeak(
        fingerprint,
        surest.standing().name(),
        surest.confidence().map(Enum::name).orElse(""),
        surest.cause().label(),
        surest.cause().advice(),
        surest.summary(),
        seen.stream()
            .map(each -> each.profile().target().map(Target::instanceId))
            .distinct()
            .count(),
        threads(seen),
        seen.stream().mapToLong(each -> each.finding().pinnedBytes()).sum(),
        first.first(),
        seen.stream().map(Seen::last).max(Comparator.naturalOrder()).orElseThrow(),
        first.service(),
        List.copyOf(new TreeSet<>(seen.stream().map(Seen::service).toList())),
        waitsOn.isEmpty() ? surest.blockedOn().kind() : waitsOn,
        state,
        surest.evidence(),
        surest.stack(),
        surest.createdBy(),
        names(seen),
        seen.stream().map(Seen::place).distinct().limit(MOST_NAMES).toList(),
        growth(fingerprint));
  }

  private static List<String> names(List<Seen> seen) {
    return seen.stream()
        .flatMap(each -> each.finding().threads().stream())
        .limit(MOST_NAMES)
        .map(SidecarLeaks::name)
        .toList();
  }

  private static String name(FoundThread thread) {
    return thread.labelWithId()
        + thread.parkedFor().map(age -> ", for " + StackText.age(age)).orElse("");
  }

  private static long threads(List<Seen> seen) {
    return seen.stream().mapToLong(each -> each.finding().count()).sum();
  }

  private Growth growth(String fingerprint) {
    synchronized (growth) {
      return growth.computeIfAbsent(fingerprint, kind -> new Growth());
    }
  }
}
