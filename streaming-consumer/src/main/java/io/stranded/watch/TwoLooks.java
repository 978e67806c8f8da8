package io.stranded.watch;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Which threads the last heap dump has named as leaked, and so which are named by two in one wait.
 *
 * <p>Between the preparation that makes the roots exact and the dump a thread may take what another
 * one waits for out of a queue, into an object that compiled code has scalar-replaced: the dump
 * does not show it. The preparation of the next dump brings it back to the heap. So where threads
 * have run in between, one dump proves nothing.
 */
final class TwoLooks {
  /** How a thread was named: in which of its waits, and how surely. */
  private record Named(long waitNumber, Confidence confidence) {}

  private Map<Long, Named> named = Map.of();
  private boolean secondIsDue;

  /**
   * Takes in what a dump shows.
   *
   * @param waits which wait each thread was in before the dump and after it, by thread id
   * @param proved threads that were proved to be leaked before, and how surely
   * @return the threads that it names as leaked, but does not prove to be
   */
  Set<Long> add(
      LeakProfile profile,
      LongFunction<OptionalLong> waits,
      HeapDumper.Taken taken,
      Map<Long, Confidence> proved) {
    if (taken.roots() == RootPrecision.AS_DUMPED) {
      // The report says so, and another dump would show no more.
      named = Map.of();
      return Set.of();
    }
    Map<Long, Named> now = namedIn(profile, waits);
    Set<Long> unproved = new HashSet<>();
    if (!taken.still()) {
      now.forEach(
          (id, seen) -> {
            Named before = named.get(id);
            boolean twice =
                before != null
                    && before.waitNumber() == seen.waitNumber()
                    && isAsSure(before.confidence(), seen.confidence());
            Confidence proof = proved.get(id);
            if (!twice && (proof == null || !isAsSure(proof, seen.confidence()))) {
              unproved.add(id);
            }
          });
    }
    named = now;
    return unproved;
  }

  /**
   * Says what the last dump has left unproved. A second look is due for that, but after it no
   * third: a busy target would be looked at for ever.
   */
  void left(Set<Long> unproved) {
    secondIsDue = !secondIsDue && !unproved.isEmpty();
  }

  /** Whether the next dump is the second look at threads of the last one. */
  boolean isSecondDue() {
    return secondIsDue;
  }

  /** What a dump leaves in doubt stays as it was. */
  private Map<Long, Named> namedIn(LeakProfile profile, LongFunction<OptionalLong> waits) {
    Map<Long, Named> now = new HashMap<>();
    for (Finding finding : profile.findings()) {
      for (FoundThread thread : finding.threads()) {
        OptionalLong wait = waits.apply(thread.id());
        Named before = named.get(thread.id());
        if (wait.isEmpty()) {
          continue;
        }
        if (finding.verdict() == Verdict.LEAKED) {
          now.put(thread.id(), new Named(wait.getAsLong(), finding.confidence().orElseThrow()));
        } else if (before != null && before.waitNumber() == wait.getAsLong()) {
          now.put(thread.id(), before);
        }
      }
    }
    return now;
  }

  private static boolean isAsSure(Confidence one, Confidence other) {
    return one.compareTo(other) <= 0;
  }
}
