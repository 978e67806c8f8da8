package io.stranded.liveness;

import io.stranded.finding.Confidence;
import io.stranded.finding.Doubt;
import java.util.Optional;

/** What the fixpoint makes of a candidate. */
sealed interface Fate {
  Fate LIVE = new Live();
  Fate WEAKLY_HELD = new Held(Confidence.WEAKLY_HELD);
  Fate INTERRUPT_ONLY = new Held(Confidence.INTERRUPT_ONLY);
  Fate LEAKED = new Leaked();

  /** How far it is leaked; empty if it is live. */
  Optional<Confidence> confidence();

  /** Strong references lead live code to what ends its wait. */
  record Live() implements Fate {
    @Override
    public Optional<Confidence> confidence() {
      return Optional.empty();
    }
  }

  /** It is leaked, unless live code makes use of the way by which it is held. */
  record Held(Confidence how) implements Fate {
    @Override
    public Optional<Confidence> confidence() {
      return Optional.of(how);
    }
  }

  /** It looks leaked, and may be live. */
  record InDoubt(Doubt why) implements Fate {
    @Override
    public Optional<Confidence> confidence() {
      return Optional.of(Confidence.PROVEN);
    }
  }

  /** Nothing ends its wait. */
  record Leaked() implements Fate {
    @Override
    public Optional<Confidence> confidence() {
      return Optional.of(Confidence.PROVEN);
    }
  }
}
