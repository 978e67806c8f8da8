package io.stranded.liveness;

import io.stranded.finding.RootPrecision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a dump's threads beside the dump: from events, samples or a thread dump. Threads
 * are named by {@code Thread.threadId()}.
 */
public interface ThreadFacts {
  /** Nothing is known: a single dump from somewhere. */
  ThreadFacts NONE = new ThreadFacts() {};

  /** Whether a thread has stayed in one and the same wait before and after the dump. */
  enum Steadiness {
    /** Nobody looked. */
    UNKNOWN,
    /** It has: whoever released it would have been seen to. */
    STEADY,
    /** It has not, or not for long enough to be looked at: the thread is live. */
    MOVED
  }

  /**
   * Tells which dump is asked about, before anything is asked.
   *
   * @param dumpedAt when it was taken
   * @param names of its threads, by id
   */
  default void about(Instant dumpedAt, Map<Long, String> names) {}

  /** How far the roots of the dump can be trusted. */
  default RootPrecision roots() {
    return RootPrecision.AS_DUMPED;
  }

  /** Whether the thread has stayed in one wait. */
  default Steadiness steadiness(long threadId) {
    return Steadiness.UNKNOWN;
  }

  /** The id of the thread that owns the monitor which the given thread is entering. */
  default OptionalLong monitorOwner(long threadId) {
    return OptionalLong.empty();
  }

  /** The class of the monitor which the given thread is entering; empty if nobody knows. */
  default Optional<String> monitorType(long threadId) {
    return Optional.empty();
  }

  /**
   * The class for whose initialization by another thread the given thread waited, some time before
   * the dump. The dump itself does not tell such threads from those that run.
   */
  default Optional<String> awaitedClass(long threadId) {
    return Optional.empty();
  }

  /**
   * The thread's frames when its monitor's owner, or the class that it awaits, was seen, innermost
   * first. That counts only if the dump shows the same ones; empty if both were seen together.
   */
  default Optional<List<String>> stack(long threadId) {
    return Optional.empty();
  }

  /** How long the thread had been in its wait when the dump was taken. */
  default Optional<Duration> waitingFor(long threadId) {
    return Optional.empty();
  }

  /**
   * How the number of the thread's like went, if they become more and more; empty if they do not,
   * or nobody counted them.
   */
  default Optional<String> growth(long threadId) {
    return Optional.empty();
  }

  /** Frames that started the thread, innermost first; empty if nobody recorded them. */
  default List<String> createdBy(long threadId) {
    return List.of();
  }

  /**
   * Whether this thread, if it is a main thread, may wait for ever on purpose, to keep its JVM
   * alive. One that runs a test does not.
   */
  default boolean mayKeepAlive(long threadId) {
    return true;
  }
}
