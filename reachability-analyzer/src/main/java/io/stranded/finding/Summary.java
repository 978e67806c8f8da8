package io.stranded.finding;

/** Says in one sentence what a finding is. */
public final class Summary {
  private Summary() {}

  /** The sentence on a finding that is proved, or nearly so, as if it had so many threads. */
  static String of(Finding finding, int threads) {
    return of(
        threads == 1 ? "1 thread" : threads + " threads",
        finding.cause(),
        finding.verdict(),
        finding.confidence().orElse(Confidence.PROVEN),
        threads,
        finding.blockedOn().type());
  }

  /** A class with the article that its name asks for. */
  private static String a(String simple) {
    boolean vowel = !simple.isEmpty() && "AEIOU".indexOf(simple.charAt(0)) >= 0;
    return (vowel ? "an " : "a ") + simple;
  }

  /**
   * The sentence.
   *
   * @param who such as {@code 3 threads}, or {@code all 4 workers}
   */
  public static String of(
      String who, Cause cause, Verdict verdict, Confidence confidence, int threads, String type) {
    String s = threads == 1 ? "s" : "";
    String simple = type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
    String reach = reach(confidence);
    String sentence =
        switch (cause) {
          case QUEUE_CONSUMER_ABANDONED ->
              who + " wait" + s + " for an element of " + a(simple) + " that " + reach;
          case QUEUE_PRODUCER_ABANDONED ->
              who + " wait" + s + " for room in " + a(simple) + " that " + reach;
          case LATCH_NEVER_COUNTED_DOWN,
              FUTURE_NEVER_COMPLETED,
              TASK_NEVER_FINISHED,
              SYNCHRONIZER_ABANDONED ->
              who + " wait" + s + " for " + a(simple) + " that " + reach;
          case PERMIT_NEVER_RELEASED ->
              who + " wait" + s + " for a permit of " + a(simple) + " that " + reach;
          case PARTY_MISSING ->
              who + " wait" + s + " for a party to arrive at " + a(simple) + " that " + reach;
          case RENDEZVOUS_PARTNER_MISSING ->
              who + " wait" + s + " for a partner at " + a(simple) + " that " + reach;
          case CONDITION_NEVER_SIGNALLED -> who + " wait" + s + " for a condition that " + reach;
          case MONITOR_NEVER_NOTIFIED ->
              who + " wait" + s + " in Object.wait on " + a(simple) + " that " + reach;
          case ORPHANED_POOL_WORKER ->
              who + " wait" + s + " for tasks of a thread pool that " + reach;
          case POOL_WAITS_FOR_ITSELF ->
              who + " of a thread pool wait" + s + " for a task in its own queue, and " + reach;
          case POOL_EXHAUSTED ->
              who
                  + " of a thread pool in use wait"
                  + s
                  + " for "
                  + (simple.isEmpty() ? "what " : a(simple) + " that ")
                  + reach;
          case LOCK_NEVER_RELEASED -> who + " wait" + s + " for " + a(simple) + " that " + reach;
          case LOCK_OWNER_ENDED ->
              who
                  + " wait"
                  + s
                  + " for "
                  + a(simple)
                  + " whose owner has ended without unlocking it";
          case DEADLOCK -> who + " wait" + s + " in a deadlock";
          case BEHIND_LEAKED_OWNER ->
              who + " wait" + s + " for a lock whose owner can never run again";
          case JOIN_ON_LEAKED_THREAD -> who + " join" + s + " a thread that can never run again";
          case BARE_PARK ->
              who
                  + (threads == 1 ? " is" : " are")
                  + " parked without a blocker, and no live code has the Thread to unpark it";
          case THREADS_NEVER_ENDED -> who + (threads == 1 ? " does" : " do") + " not end";
          case KEEP_ALIVE -> who + " wait" + s + " for ever, as main threads do on purpose";
          case FORGOTTEN_WAITER -> who + " wait" + s + " for what live code could end and does not";
          case IO_WITHOUT_DEADLINE -> who + " wait" + s + " for a peer without a timeout";
          case ORPHANED_TICKER ->
              who + (threads == 1 ? " runs" : " run") + " for ever, and nobody can stop it";
          case SPINNING -> who + " use" + s + " a processor in one place without a pause";
          case SLEEPS_FOR_EVER -> who + " sleep" + s + " for longer than a year";
          case GROWING -> who + (threads == 1 ? " does" : " do") + " not end, and become more";
          case UNKNOWN -> who + " wait" + s + " for ever";
        };
    return verdict == Verdict.LEAKED ? sentence : "perhaps " + sentence;
  }

  private static String reach(Confidence confidence) {
    return confidence == Confidence.WEAKLY_HELD
        ? "live code reaches through a weak or soft reference only"
        : "no live code can reach";
  }
}
