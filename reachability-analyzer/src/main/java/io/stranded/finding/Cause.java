package io.stranded.finding;

/**
 * Why a thread waits for ever, as told by its stack and by the type and state of the synchronizer.
 */
public enum Cause {
  QUEUE_CONSUMER_ABANDONED(
      "abandoned queue consumer",
      "Stop the consumer when its producers go: a poison pill, an interrupt or a shut-down executor."),
  QUEUE_PRODUCER_ABANDONED(
      "abandoned queue producer",
      "Keep draining until the producer has ended, or offer with a timeout."),
  LATCH_NEVER_COUNTED_DOWN(
      "latch never counted down", "Count down in a finally block, on every path."),
  FUTURE_NEVER_COMPLETED(
      "future never completed",
      "Complete the future on every path, exceptions included, or wait with a timeout."),
  PERMIT_NEVER_RELEASED("permit never released", "Release the permit in a finally block."),
  PARTY_MISSING(
      "barrier or phaser party missing",
      "Let parties that give up break the barrier or deregister from the phaser."),
  RENDEZVOUS_PARTNER_MISSING(
      "rendezvous partner missing", "Give the hand-over a timeout, or a partner that outlives it."),
  CONDITION_NEVER_SIGNALLED(
      "condition never signalled", "Signal on every path that makes the condition true."),
  MONITOR_NEVER_NOTIFIED(
      "monitor never notified", "Notify on every path that makes the condition true."),
  ORPHANED_POOL_WORKER(
      "orphaned pool worker",
      "Shut the pool, timer or scheduler down when its owner is done with it."),
  POOL_WAITS_FOR_ITSELF(
      "pool that waits for its own task",
      "Run tasks that other tasks wait for in a pool of their own."),
  /** Workers of a pool that is in use, and loses them: all that it has, or some of them. */
  POOL_EXHAUSTED(
      "thread pool used up",
      "End what its tasks wait for on every path, or give them a timeout; restart the pool."),
  LOCK_NEVER_RELEASED("lock never released", "Unlock in a finally block."),
  LOCK_OWNER_ENDED(
      "lock whose owner ended", "Unlock in a finally block: the owner died holding the lock."),
  DEADLOCK("deadlock", "Take the locks in one order everywhere."),
  BEHIND_LEAKED_OWNER(
      "behind a leaked lock owner", "Fix the leak of the thread that owns the lock."),
  JOIN_ON_LEAKED_THREAD("join on a leaked thread", "Fix the leak of the thread that is joined."),
  TASK_NEVER_FINISHED("task never finished", "Wait with a timeout, or cancel what is abandoned."),
  BARE_PARK("parked without a blocker", "Keep the Thread where whoever should unpark it finds it."),
  SYNCHRONIZER_ABANDONED(
      "abandoned synchronizer", "Keep the synchronizer where whoever should release it finds it."),
  THREADS_NEVER_ENDED(
      "threads that do not end",
      "Find out what they wait for: a thread dump or a heap dump tells."),
  FORGOTTEN_WAITER(
      "forgotten waiter",
      "End the wait where whoever was to end it goes: unregister, close, interrupt, or wait with a"
          + " timeout."),
  IO_WITHOUT_DEADLINE(
      "input or output without a deadline",
      "Set a timeout: setSoTimeout, HttpRequest.timeout, socketTimeout of the driver, waitFor with"
          + " one."),
  ORPHANED_TICKER(
      "runs for ever and nobody can stop it",
      "Keep the thread or its pool where its owner ends, and stop it there."),
  SPINNING("spins", "Wait for what is to come instead of asking for it again and again."),
  SLEEPS_FOR_EVER(
      "sleeps for ever", "Wait for what is to come, or end the thread: nobody lives that long."),
  GROWING("becomes more and more", "Find out who starts them, and end each when its work is done."),
  /** A main thread that waits for ever on purpose: told as a note, never as a finding. */
  KEEP_ALIVE("kept alive on purpose", "Nothing to do."),
  /** What a later version has found and calls by a word that this one does not know. */
  UNKNOWN("of a kind unknown to this version", "Read it with the version that has found it.");

  private final String label;
  private final String advice;

  Cause(String label, String advice) {
    this.label = label;
    this.advice = advice;
  }

  /** A few lower-case words for people. */
  public String label() {
    return label;
  }

  /**
   * Whether no heap shows it: what is needed is what a thread does over time. Such a finding is
   * always a {@link Verdict#SUSPECT}, and a look at the heap neither proves nor disproves it.
   */
  public boolean isBeyondProof() {
    return switch (this) {
      case FORGOTTEN_WAITER,
          IO_WITHOUT_DEADLINE,
          ORPHANED_TICKER,
          SPINNING,
          SLEEPS_FOR_EVER,
          GROWING ->
          true;
      default -> false;
    };
  }

  /** What usually fixes it, one sentence. */
  public String advice() {
    return advice;
  }
}
