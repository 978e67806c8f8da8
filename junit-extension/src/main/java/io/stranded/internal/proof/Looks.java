package io.stranded.internal.proof;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Looks again at threads that seem to be alive. A frozen image takes any word on a stack for held,
 * be it one that an earlier call has left there, and which words those are differs from look to
 * look. So what one of them proves is proved, and what a few of them do not counts as alive.
 */
final class Looks {
  private final Supplier<Proof> look;
  private final Runnable between;

  /**
   * Looks by some way.
   *
   * @param between called before another look: moves what stale words lead to
   */
  Looks(Supplier<Proof> look, Runnable between) {
    this.look = look;
    this.between = between;
  }

  /**
   * Looks until all are proved to be stranded, so many times at most.
   *
   * @param threads who waits without a timeout, by id
   */
  Proof at(Set<Long> threads, int most) {
    Proof proof = look.get();
    for (int looks = 1; looks < most && mayBeMore(threads, proof); looks++) {
      between.run();
      proof = proof.with(look.get());
    }
    return proof;
  }

  /** A heap dump has no bare words, and takes long. */
  private static boolean mayBeMore(Set<Long> threads, Proof proof) {
    return threads.stream()
        .filter(id -> !proof.isStranded(id))
        .anyMatch(id -> proof.isFrozen() || proof.isHeld(id));
  }
}
