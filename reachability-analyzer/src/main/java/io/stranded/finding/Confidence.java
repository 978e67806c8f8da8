package io.stranded.finding;

/** After which stage of the liveness analysis a thread was still leaked, strongest first. */
public enum Confidence {
  /** No reference of any kind leads a live thread to the synchronizer or to the Thread object. */
  PROVEN,
  /** Live code still holds the Thread object and could interrupt it; nobody can end the wait. */
  INTERRUPT_ONLY,
  /** Only a weak or soft reference still leads live code to the synchronizer. */
  WEAKLY_HELD
}
