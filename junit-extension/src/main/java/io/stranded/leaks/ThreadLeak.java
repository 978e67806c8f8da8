package io.stranded.leaks;

import io.stranded.finding.Finding;
import java.util.Optional;

/**
 * A thread that was left behind.
 *
 * @param thread the thread
 * @param kind what is known of its future
 * @param finding what was proved of it, with the reason; empty for threads that live on
 */
public record ThreadLeak(LiveThread thread, Kind kind, Optional<Finding> finding) {
  /** What is known of the future of a thread that was left behind. */
  public enum Kind {
    /** It can never run again: proved. */
    STRANDED("can never run again"),
    /** Nobody can end its wait but by an interrupt, or by way of a weak or soft reference. */
    HELD("can be ended by an interrupt at most, or by way of a weak reference"),
    /** It would be stranded, but for a gap in the evidence. */
    DOUBTFUL("may never run again"),
    /** It waits for something that live code can reach. */
    WAITING("waits without a timeout for something alive"),
    /** It waits with a timeout. */
    TIMED("waits with a timeout"),
    /** It runs. */
    RUNNING("runs"),
    /** It waits without a timeout, and there is no proof. */
    UNPROVED("waits without a timeout");

    private final String sentence;

    Kind(String sentence) {
      this.sentence = sentence;
    }

    /** A verb phrase about a thread. */
    public String sentence() {
      return sentence;
    }
  }
}
