package io.stranded.agent;

import io.stranded.events.Leak;
import io.stranded.events.ThreadLeak;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds virtual threads that the garbage collector has taken while they waited: nobody could ever
 * have woken them, so they were leaked for certain. Used by the reporter's thread only.
 *
 * <p>The JVM itself holds virtual threads that are started directly, unless {@code
 * jdk.trackAllThreads} is false, but not those of an executor that was dropped.
 *
 * <p>A finalizer could bring such a thread back, since weak references are cleared before it runs.
 * So a thread counts as taken only once the JVM has had no finalizer to run for a while after, and
 * if it has not moved: a thread that comes back leaves its wait first.
 */
final class CollectedThreads {
  private static final String CAUSE = "COLLECTED";
  private static final String CONFIDENCE = "PROVEN";
  private static final String SUMMARY =
      "Virtual threads waited for what nobody could reach any more; the garbage collector took"
          + " them";
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SlotTable slots;
  private final CreationSites sites;
  private final List<Taken> taken = new ArrayList<>();

  CollectedThreads(SlotTable slots, CreationSites sites) {
    this.slots = slots;
    this.sites = sites;
  }

  /** Removes the slots of threads that are gone, and reports those that were leaked. */
  void look() {
    boolean wanted = ThreadLeak.wanted();
    long now = System.nanoTime();
    if (!taken.isEmpty()) {
      settle(wanted, now);
    }
    for (Slot slot = slots.pollCollected(); slot != null; slot = slots.pollCollected()) {
      long since = slot.since();
      if (wanted && since != 0 && !Slot.timed(since)) {
        taken.add(new Taken(slot, since, now));
      } else {
        forget(slot);
      }
    }
  }

  private void settle(boolean wanted, long now) {
    List<Taken> open = List.copyOf(taken);
    taken.clear();
    boolean quiet = !mayFinalize();
    Map<Kind, List<Slot>> leaked = new LinkedHashMap<>();
    for (Taken one : open) {
      if (!wanted || one.slot.since() != one.since) {
        forget(one.slot);
      } else if (!quiet) {
        taken.add(new Taken(one.slot, one.since, now));
      } else if (now - one.quietSince < QUIET_NANOS) {
        taken.add(one);
      } else {
        leaked.computeIfAbsent(kind(one.slot), key -> new ArrayList<>()).add(one.slot);
      }
    }
    leaked.forEach(this::report);
  }

  private void report(Kind kind, List<Slot> threads) {
    OpenWait wait = threads.get(0).report();
    String stack = sites.text(kind.creation);
    ThreadLeak.emit(
        new Leak(
            CAUSE,
            CONFIDENCE,
            CreationSites.fingerprint(CAUSE, kind.blockerClass, stack),
            threads.get(0).threadId(),
            wait == null ? "" : wait.threadName(),
            /* virtual= */ true,
            threads.size(),
            kind.blockerClass,
            SUMMARY,
            /* pinnedBytes= */ -1,
            stack));
    threads.forEach(this::forget);
  }

  private Kind kind(Slot slot) {
    OpenWait wait = slot.report();
    return new Kind(slot.creation(), wait == null ? null : wait.blockerClass());
  }

  private void forget(Slot slot) {
    slots.remove(slot);
    slot.resume();
  }

  /** Whether a finalizer runs or will. The count is of those that wait for their turn. */
  private static boolean mayFinalize() {
    if (ManagementFactory.getMemoryMXBean().getObjectPendingFinalizationCount() > 0) {
      return true;
    }
    Thread finalizer = JvmThreads.finalizer();
    if (finalizer != null) {
      for (StackTraceElement frame : finalizer.getStackTrace()) {
        if (frame.getMethodName().equals("runFinalizer")) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * A slot whose thread is gone.
   *
   * @param since the wait that the thread was in
   * @param quietSince since when no finalizer was seen
   */
  private record Taken(Slot slot, long since, long quietSince) {}

  /** What is reported as one. */
  private record Kind(int creation, @Nullable String blockerClass) {}
}
