package io.stranded.watch;

import com.sun.management.ThreadMXBean;
import io.stranded.internal.recording.WaitsByDesign;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.WaitPlace;
import io.stranded.watch.ThreadSamples.Sample;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Knows which platform threads of a JVM act again and again for a timer or a scheduled pool, since
 * when. Whether anybody could stop them is for a snapshot to tell.
 */
final class TickingThreads {
  private static final String TIMER = "java.util.TimerThread.mainLoop";
  private static final String DELAYED_QUEUE =
      "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.";
  private static final String POOL = "java.util.concurrent.ThreadPoolExecutor.runWorker";

  private static final int DEEPEST_STACK = 128;
  private static final int MOST_STACKS = 1_000;

  /**
   * A thread whose stack was looked at.
   *
   * @param tick what it does; empty if it is no ticker
   */
  private record Known(String name, Optional<OpenWait> tick) {}

  private final ThreadMXBean threads;
  private final Duration atLeast;
  private final Map<Long, Known> known = new HashMap<>();
  private Instant latest = Instant.MIN;

  /**
   * Nobody is known yet.
   *
   * @param minAge of half of that age a ticker is worth a look
   */
  TickingThreads(ThreadMXBean threads, Duration minAge) {
    this.threads = threads;
    this.atLeast = minAge.dividedBy(2);
  }

  /** The tickers of a JVM that is looked at but once. */
  static Set<Long> of(ThreadMXBean threads, Instant now) {
    TickingThreads ticking = new TickingThreads(threads, Duration.ZERO);
    ticking.look(ThreadSamples.of(threads, now));
    Set<Long> ids = new HashSet<>();
    ticking.old().forEach(group -> ids.addAll(Watched.ids(group)));
    return ids;
  }

  /** Takes in how the threads are now. */
  void look(ThreadSamples now) {
    latest = now.at();
    Map<Long, String> wanted = new HashMap<>();
    Set<Long> alive = new HashSet<>();
    for (Sample sample : now.threads()) {
      alive.add(sample.id());
      Known before = known.get(sample.id());
      boolean isKnown = before != null && before.name().equals(sample.name());
      if (sample.state() == Thread.State.TIMED_WAITING && !isKnown && wanted.size() < MOST_STACKS) {
        wanted.put(sample.id(), sample.name());
      }
    }
    known.keySet().retainAll(alive);
    if (!wanted.isEmpty()) {
      long[] ids = wanted.keySet().stream().mapToLong(Long::longValue).toArray();
      Arrays.stream(threads.getThreadInfo(ids, DEEPEST_STACK))
          .filter(Objects::nonNull)
          .forEach(this::note);
    }
  }

  /** The tickers that have been known for long enough, as one group; none if there are none. */
  List<Suspect> old() {
    List<OpenWait> ticks = new ArrayList<>();
    for (Known one : known.values()) {
      one.tick().filter(tick -> !tick.since().plus(atLeast).isAfter(latest)).ifPresent(ticks::add);
    }
    return ticks.isEmpty() ? List.of() : List.of(new Suspect("tickers", ticks));
  }

  private void note(ThreadInfo info) {
    List<String> stack = StillThreads.stack(info);
    boolean ticks =
        !WaitsByDesign.isInfrastructure(info.getThreadName(), stack)
            && (Frames.contains(stack, TIMER)
                || stack.stream().anyMatch(TickingThreads::isDelayedQueue));
    if (!ticks && Frames.contains(stack, POOL)) {
      // It waits within a task: what pool it is of is seen when it waits for the next.
      return;
    }
    OpenWait tick =
        new OpenWait(
            info.getThreadId(),
            info.getThreadName(),
            /* virtual= */ false,
            /* waitNumber= */ 0,
            latest,
            new WaitPlace("", stack, "tickers"));
    known.put(
        info.getThreadId(),
        new Known(info.getThreadName(), ticks ? Optional.of(tick) : Optional.empty()));
  }

  private static boolean isDelayedQueue(String frame) {
    return Frames.method(frame).startsWith(DELAYED_QUEUE);
  }
}
