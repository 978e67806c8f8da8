package io.stranded.internal.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why recordings in which nobody is suspected would mean nothing, and what to record instead.
 *
 * @param clauses the reasons, the one that matters most first
 */
record Unknowns(List<String> clauses) {
  /** Whoever began to wait since the last thread dump is in none. */
  private static final Duration STALE = Duration.ofMinutes(1);

  Unknowns {
    clauses = List.copyOf(clauses);
  }

  static Unknowns of(
      ThreadLedger ledger, List<Coverage> coverages, OpenWaits waits, Suspects suspects) {
    List<String> clauses = new ArrayList<>();
    if (!ledger.tellsOfWaits()) {
      clauses.add("no thread dumps in it, and no events of the Stranded agent");
    }
    coverages.forEach(coverage -> clauses.addAll(coverage.unknowns()));
    stale(ledger).ifPresent(clauses::add);
    if (suspects.idleOrLeaked() > 0) {
      clauses.add(
          "%s as idle ones do, and %s"
              .formatted(
                  Numbers.of(suspects.idleOrLeaked(), "thread waits", "threads wait"),
                  ledger.census().startsTold()
                      ? "it is too soon to tell whether they become more"
                      : "no thread starts tell whether they become more"));
    }
    if (waits.ofUnknownAge() > 0) {
      clauses.add(
          "a minimum age hides %s of unknown age"
              .formatted(Numbers.of(waits.ofUnknownAge(), "wait", "waits")));
    }
    return new Unknowns(clauses);
  }

  /**
   * What would tell, as commands.
   *
   * @param pid of the JVM, 0 if unknown
   */
  static String cure(long pid) {
    String target = pid > 0 ? Long.toString(pid) : "PID";
    return ("to record thread dumps as well: jcmd %s JFR.start settings=default, and some minutes"
            + " later jcmd %s JFR.dump filename=threads.jfr; to prove leaks: jcmd %s GC.heap_dump"
            + " -all heap.hprof, and stranded analyze heap.hprof")
        .formatted(target, target, target);
  }

  private static Optional<String> stale(ThreadLedger ledger) {
    Optional<Instant> last = ledger.dumps().lastAt();
    if (ledger.lastLook().isAfter(Instant.MIN) || last.isEmpty()) {
      return Optional.empty();
    }
    Duration since = Duration.between(last.get(), ledger.end());
    return since.compareTo(STALE) > 0
        ? Optional.of(
            "the recording goes on for %s after its last thread dump"
                .formatted(SuspectWords.words(since)))
        : Optional.empty();
  }
}
