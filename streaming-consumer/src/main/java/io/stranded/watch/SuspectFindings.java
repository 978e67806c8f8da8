package io.stranded.watch;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.recording.WaitsByDesign;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Origins;
import io.stranded.internal.stack.WaitSite;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.internal.timeline.WaitPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes findings of suspects where nothing can be proved of them: they say so. */
final class SuspectFindings {
  private SuspectFindings() {}

  /** Whether somebody of these waits otherwise than the JDK's threads and main threads do. */
  static boolean isWorthALook(Suspect suspect) {
    return suspect.waits().stream().anyMatch(SuspectFindings::isWorthALook);
  }

  /** The ids of those who wait so. */
  static Set<Long> worthALook(List<Suspect> suspects) {
    return suspects.stream()
        .flatMap(suspect -> suspect.waits().stream())
        .filter(SuspectFindings::isWorthALook)
        .map(OpenWait::threadId)
        .collect(Collectors.toSet());
  }

  private static boolean isWorthALook(OpenWait wait) {
    List<String> stack = wait.place().stack();
    return !WaitsByDesign.isInfrastructure(wait.name(), stack) && !WaitsByDesign.isKeptAlive(stack);
  }

  /**
   * Findings, one for each fingerprint.
   *
   * @param reason why nothing is proved
   */
  static List<Finding> of(
      List<Suspect> suspects, ThreadTimeline timeline, Instant now, String reason) {
    Map<String, List<OpenWait>> groups = new LinkedHashMap<>();
    Origins origins = new Origins();
    List<OpenWait> waits =
        suspects.stream()
            .flatMap(suspect -> suspect.waits().stream())
            .filter(SuspectFindings::isWorthALook)
            .toList();
    for (OpenWait wait : waits) {
      origins.ofMany(wait.place().key(), Fingerprint.origin(timeline.createdBy(wait.threadId())));
    }
    for (OpenWait wait : waits) {
      String origin = origins.of(wait.place().key());
      groups.computeIfAbsent(fingerprint(wait, origin), f -> new ArrayList<>()).add(wait);
    }
    List<Finding> findings = new ArrayList<>();
    groups.forEach(
        (fingerprint, group) ->
            findings.add(
                of(fingerprint, group, timeline, now, reason)
                    .knownAs(aliases(group.get(0), origins))));
    return findings;
  }

  private static Finding of(
      String fingerprint,
      List<OpenWait> waits,
      ThreadTimeline timeline,
      Instant now,
      String reason) {
    OpenWait first = waits.get(0);
    WaitPlace place = first.place();
    WaitSite site = site(place);
    return new Finding(
        fingerprint,
        Verdict.SUSPECT,
        Optional.empty(),
        site.cause(),
        "%s in one wait%s for %s (%s?)"
            .formatted(
                waits.size() == 1 ? "1 thread has been" : waits.size() + " threads have been",
                site.type().isEmpty() ? "" : " on " + site.type(),
                age(first, now).toSeconds() + " s" + (waits.size() == 1 ? "" : " and less"),
                site.cause().label()),
        new SyncObject(site.type(), kind(place), Map.of()),
        waits.stream()
            .map(
                wait ->
                    new FoundThread(
                        wait.name(), wait.threadId(), wait.virtual(), Optional.of(age(wait, now))))
            .toList(),
        /* pinnedBytes= */ 0,
        place.stack(),
        timeline.createdBy(first.threadId()),
        List.of("events alone do not show whether anyone can still end the wait: " + reason));
  }

  private static String fingerprint(OpenWait wait, String origin) {
    WaitSite site = site(wait.place());
    return Fingerprint.of(site.cause(), site.type(), wait.place().stack(), wait.name(), origin);
  }

  private static List<String> aliases(OpenWait wait, Origins origins) {
    WaitSite site = site(wait.place());
    return Fingerprint.aliases(
        site.cause(),
        site.type(),
        wait.place().stack(),
        wait.name(),
        List.of(origins.of(wait.place().key())));
  }

  private static WaitSite site(WaitPlace place) {
    return WaitSite.of(place.blockerClass(), place.stack());
  }

  private static Duration age(OpenWait wait, Instant now) {
    Duration age = Duration.between(wait.since(), now);
    return age.isNegative() ? Duration.ZERO : age;
  }

  private static String kind(WaitPlace place) {
    String innermost = place.stack().isEmpty() ? "" : Frames.method(place.stack().get(0));
    if (Frames.contains(place.stack(), "java.lang.Thread.join")) {
      return "join";
    }
    if (innermost.startsWith("java.lang.Object.wait")) {
      return "monitor-wait";
    }
    if (Frames.contains(place.stack(), "java.util.concurrent.locks.LockSupport.park")) {
      return place.blockerClass().isEmpty() ? "bare-park" : "parked";
    }
    return "unknown";
  }
}
