package io.stranded.internal.recording;

import static java.util.stream.Collectors.joining;

import io.stranded.finding.Cause;
import io.stranded.internal.recording.Wait.Source;
import io.stranded.internal.stack.Frames;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Says what is known of a group of waits, for people. */
final class SuspectWords {
  private static final int NAMED = 3;

  private SuspectWords() {}

  /** One sentence on who waits where, for what and how long. */
  static String summary(Cause cause, String type, List<Wait> group) {
    Wait first = group.get(0);
    String what = cause == Cause.IO_WITHOUT_DEADLINE ? "for an answer" : object(first, type);
    Optional<Duration> longest = longest(group);
    return "%s still waited %s%s when the recording ended%s (%s?)"
        .formatted(
            threads(group),
            what,
            place(first),
            longest
                .map(age -> (group.size() > 1 ? ", the longest for " : ", for ") + words(age))
                .orElse(""),
            cause.label());
  }

  private static String object(Wait first, String type) {
    return switch (first.kind()) {
      case "monitor" -> "to enter a monitor of " + (type.isEmpty() ? "some object" : type);
      case "park" -> type.isEmpty() ? "to be unparked" : "on " + aSimple(type);
      default -> "on " + (type.isEmpty() ? "an object" : aSimple(type));
    };
  }

  /** Who waits for work, and for what, without a suspicion. */
  static String idle(String type, List<Wait> group) {
    return threads(group)
        + (group.size() == 1 ? " waits" : " wait")
        + (type.isEmpty() ? "" : " on " + aSimple(type))
        + place(group.get(0)).replaceAll(",$", "");
  }

  /** What the suspicion rests on, and what it does not. */
  static List<String> evidence(
      Cause cause,
      String type,
      List<Wait> group,
      int unseen,
      Growth growth,
      LockOwners owners,
      ThreadLedger ledger) {
    List<String> evidence = new ArrayList<>();
    for (Source source : Source.values()) {
      List<Wait> of = group.stream().filter(wait -> wait.source() == source).toList();
      if (!of.isEmpty()) {
        evidence.add(source(source, of, ledger));
      }
    }
    if (unseen > 0) {
      evidence.add(
          "%s at the same place after the last thread dump, and had not ended"
              .formatted(Numbers.of(unseen, "more was started", "more were started")));
    }
    group.stream()
        .map(owners::describe)
        .flatMap(Optional::stream)
        .distinct()
        .limit(NAMED)
        .forEach(evidence::add);
    blockers(type, group).ifPresent(evidence::add);
    evidence.add(growth.words());
    long creators = group.stream().map(Wait::creator).filter(c -> !c.isEmpty()).distinct().count();
    if (creators > 1) {
      evidence.add("the threads were started at %d different places".formatted(creators));
    }
    if (cause == Cause.ORPHANED_POOL_WORKER) {
      evidence.add("idle workers of a pool in use wait in the same way");
    }
    if (cause == Cause.IO_WITHOUT_DEADLINE) {
      evidence.add("its frames are those of a call without a timeout");
      return evidence;
    }
    evidence.add(
        "a recording does not show whether anyone can still end the wait: a heap dump would");
    return evidence;
  }

  private static String source(Source source, List<Wait> waits, ThreadLedger ledger) {
    Instant since = waits.stream().map(Wait::since).min(Comparator.naturalOrder()).orElseThrow();
    Instant dump = ledger.dumps().lastAt().orElse(Instant.EPOCH);
    int n = waits.size();
    return switch (source) {
      case AGENT ->
          "%s by the agent, %s since %s; no end of %s was recorded until %s"
              .formatted(
                  reported(n),
                  n > 1 ? "the first waiting" : "waiting",
                  time(since),
                  n > 1 ? "these waits" : "this wait",
                  time(ledger.end()));
      case SEVERAL_DUMPS ->
          "%s in the same wait in the thread dumps from %s to %s, without using CPU time"
              .formatted(seen(n), time(since), time(dump));
      case DEADLOCK_IN_DUMP -> "the JVM reported the deadlock in its thread dump of " + time(dump);
      case LAST_DUMP ->
          "%s waiting in the last thread dump, of %s; since when is not known"
              .formatted(seen(n), time(dump));
    };
  }

  private static Optional<String> blockers(String type, List<Wait> group) {
    if (group.size() < 2 || type.isEmpty() || group.stream().anyMatch(w -> w.blocker().isEmpty())) {
      return Optional.empty();
    }
    long distinct = group.stream().map(Wait::blocker).distinct().count();
    String name = simple(type);
    return Optional.of(
        distinct == 1
            ? "all wait on one and the same " + name
            : "they wait on %d different objects (%s)".formatted(distinct, name));
  }

  /** Where the application waits; workers of a pool are better known by where they come from. */
  private static String place(Wait wait) {
    boolean ofJdk = wait.stack().stream().allMatch(Frames::isJdk);
    return ofJdk && !wait.creator().isEmpty()
        ? ", started in " + FrameText.place(wait.creator()) + ","
        : " in " + FrameText.place(wait.stack());
  }

  private static String threads(List<Wait> group) {
    List<String> names =
        group.stream().map(Wait::name).filter(name -> !name.isEmpty()).distinct().toList();
    String count =
        group.size() == 1
            ? (group.get(0).virtual() ? "1 virtual thread" : "1 thread")
            : group.size() + " threads";
    if (names.isEmpty()) {
      return count;
    }
    String more = names.size() > NAMED ? ", …" : "";
    return count + " (" + names.stream().limit(NAMED).collect(joining(", ")) + more + ")";
  }

  private static Optional<Duration> longest(List<Wait> group) {
    return group.stream().map(Wait::age).flatMap(Optional::stream).max(Comparator.naturalOrder());
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static String aSimple(String type) {
    String name = simple(type);
    return ("AEIOU".indexOf(name.charAt(0)) >= 0 ? "an " : "a ") + name;
  }

  private static String reported(int threads) {
    return threads == 1 ? "reported" : threads + " reported";
  }

  private static String seen(int threads) {
    return threads == 1 ? "seen" : threads + " seen";
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A duration as people say it. */
  static String words(Duration age) {
    if (age.toHours() > 0) {
      return age.toHours() + " h " + age.toMinutesPart() + " min";
    }
    if (age.toMinutes() > 1) {
      return age.toMinutes() + " min";
    }
    return age.toSeconds() > 0 ? age.toSeconds() + " s" : age.toMillis() + " ms";
  }
}
