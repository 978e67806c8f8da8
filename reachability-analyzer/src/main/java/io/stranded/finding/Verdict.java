package io.stranded.finding;

/** How sure a finding is that its threads can never run again. */
public enum Verdict {
  /** Proved on a complete heap graph: nothing live can end the wait. */
  LEAKED,
  /** Would be leaked, but the evidence has a gap; the finding's evidence names the gap. */
  INCONCLUSIVE,
  /** Seen waiting for long in events or samples, without a heap dump to prove anything. */
  SUSPECT
}
