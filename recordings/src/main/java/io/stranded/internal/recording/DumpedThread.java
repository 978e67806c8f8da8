package io.stranded.internal.recording;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java thread in a thread dump.
 *
 * @param cpu CPU time used so far as printed, empty if not printed
 * @param elapsed how long it has lived, empty if not printed
 * @param state what it was doing
 * @param blockerType class of the object it waits on, empty if none is printed
 * @param blocker address of that object, empty if none is printed
 * @param awaitedClass the class that it waits for another thread to initialize, empty if there is
 *     none
 * @param stack frames, innermost first
 * @param owner id of the thread that holds the monitor it wants to enter, if in the dump
 * @param deadlocked whether the JVM itself found it in a deadlock
 */
record DumpedThread(
    long id,
    String name,
    String cpu,
    Optional<Duration> elapsed,
    State state,
    String blockerType,
    String blocker,
    String awaitedClass,
    List<String> stack,
    Optional<Long> owner,
    boolean deadlocked) {
  private static final Pattern MILLIS = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)ms");

  /** What a thread was doing. */
  enum State {
    PARKED,
    WAITING,
    BLOCKED,
    /** Runs, sleeps, or waits with a timeout. */
    OTHER
  }

  /** CPU time used so far; empty if it is not printed, or not as is known. */
  Optional<Duration> cpuTime() {
    Matcher time = MILLIS.matcher(cpu);
    return time.matches()
        ? Optional.of(Duration.ofNanos((long) (1e6 * Double.parseDouble(time.group(1)))))
        : Optional.empty();
  }

  /** Whether it waits without a timeout. */
  boolean waits() {
    return state != State.OTHER;
  }

  /** The class of the monitor that it wants to enter; empty if it enters none. */
  Optional<String> monitorType() {
    // Monitors that are classes are printed with their names.
    String type = blockerType.replaceFirst(" for .*", "");
    return Optional.of(type).filter(t -> state == State.BLOCKED && !t.isEmpty());
  }

  /**
   * Whether this is still the wait of an earlier dump: a thread that was awake in between has used
   * CPU time. Unknown CPU time means no.
   */
  boolean continues(DumpedThread earlier) {
    return !cpu.isEmpty()
        && cpu.equals(earlier.cpu)
        && state == earlier.state
        && stack.equals(earlier.stack);
  }

  /** Whether it is known to have run after an earlier dump: the CPU time of both is printed. */
  boolean hasRunSince(DumpedThread earlier) {
    return !cpu.isEmpty() && !earlier.cpu.isEmpty() && !cpu.equals(earlier.cpu);
  }
}
