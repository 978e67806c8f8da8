package io.stranded.finding;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** How a finding counts: what its verdict and its confidence say together, surest first. */
public enum Standing {
  /** Its threads can never run again, whatever anybody does. */
  LEAKED,
  /**
   * Nobody can end the wait as it was meant to end; but live code still has the Thread and could
   * interrupt it, or gets at what it waits on by a weak or soft reference.
   */
  STUCK,
  /** Its threads may be leaked; what speaks against that has a name. */
  INCONCLUSIVE,
  /** Its threads wait for long, which proves nothing. */
  SUSPECT;

  /** The surer one of what may not be there. */
  public static Optional<Standing> surer(Optional<Standing> one, Optional<Standing> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  /** The standing of a verdict and a confidence. */
  static Standing of(Verdict verdict, Confidence confidence) {
    return switch (verdict) {
      case LEAKED ->
          switch (confidence) {
            case PROVEN -> LEAKED;
            case INTERRUPT_ONLY, WEAKLY_HELD -> STUCK;
          };
      case INCONCLUSIVE -> INCONCLUSIVE;
      case SUSPECT -> SUSPECT;
    };
  }
}
