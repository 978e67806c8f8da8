package io.stranded.watch;

import io.stranded.finding.RootPrecision;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.liveness.ThreadFacts;
import io.stranded.snapshot.Island;
import java.lang.management.LockInfo;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What was seen of a target's threads around a dump or snapshot: which of them were in one wait
 * before and after it, and who owned the monitors. A thread that was not is live, whatever the dump
 * shows.
 */
final class WaitFacts implements ThreadFacts {
  private final Map<Long, OpenWait> steady;
  private final Map<Long, Monitor> monitors;
  private final ThreadTimeline timeline;
  private final RootPrecision roots;
  private final Instant finishedAt;

  /**
   * What a thread was entering.
   *
   * @param owner the id of its owner
   * @param type its class
   */
  private record Monitor(long owner, String type) {}

  private WaitFacts(
      Map<Long, OpenWait> steady,
      Map<Long, Monitor> monitors,
      ThreadTimeline timeline,
      RootPrecision roots,
      Instant finishedAt) {
    this.steady = steady;
    this.monitors = monitors;
    this.timeline = timeline;
    this.roots = roots;
    this.finishedAt = finishedAt;
  }

  /** What was seen before the dump; {@link #after} completes it. */
  record Before(Map<Long, OpenWait> waits, Map<Long, Monitor> monitors) {
    static Before of(TargetJvm target, List<Suspect> suspects) {
      Map<Long, OpenWait> waits = new HashMap<>();
      for (Suspect suspect : suspects) {
        suspect.waits().forEach(wait -> waits.put(wait.threadId(), wait));
      }
      return new Before(waits, monitorsOf(target, waits));
    }

    /** Keeps what has not changed since. */
    WaitFacts after(
        TargetJvm target, ThreadTimeline timeline, RootPrecision roots, Instant finishedAt) {
      Map<Long, OpenWait> steady = new HashMap<>(waits);
      Map<Long, OpenWait> now = timeline.openWaits(waits.keySet());
      steady
          .entrySet()
          .removeIf(
              entry -> {
                OpenWait then = now.get(entry.getKey());
                return then == null || then.waitNumber() != entry.getValue().waitNumber();
              });
      Map<Long, Monitor> same = new HashMap<>(monitors);
      same.entrySet().retainAll(monitorsOf(target, steady).entrySet());
      return new WaitFacts(steady, same, timeline, roots, finishedAt);
    }

    private static Map<Long, Monitor> monitorsOf(TargetJvm target, Map<Long, OpenWait> waits) {
      Map<Long, Monitor> monitors = new HashMap<>();
      long[] ids = waits.keySet().stream().mapToLong(Long::longValue).toArray();
      for (ThreadInfo info : target.threads().getThreadInfo(ids)) {
        if (info != null
            && info.getThreadState() == Thread.State.BLOCKED
            && info.getLockOwnerId() > 0) {
          LockInfo lock = info.getLockInfo();
          monitors.put(
              info.getThreadId(),
              new Monitor(info.getLockOwnerId(), lock == null ? "" : lock.getClassName()));
        }
      }
      return monitors;
    }
  }

  /** The same, but for some threads: they count as live. */
  WaitFacts without(Set<Long> threads) {
    Map<Long, OpenWait> rest = new HashMap<>(steady);
    rest.keySet().removeAll(threads);
    return new WaitFacts(rest, monitors, timeline, roots, finishedAt);
  }

  /**
   * The same with what a frozen image tells: who owned the monitors at that very moment, and who
   * has moved since.
   */
  WaitFacts frozen(Island island) {
    Map<Long, OpenWait> rest = new HashMap<>(steady);
    Map<Long, Monitor> owners = new HashMap<>();
    Map<Long, Long> ids = new HashMap<>();
    island.waiters().forEach(waiter -> ids.put(waiter.thread(), waiter.id()));
    for (Island.Waiter waiter : island.waiters()) {
      Long owner = waiter.kind() == Island.Wait.MONITOR_ENTER ? ids.get(waiter.owner()) : null;
      if (waiter.moved()) {
        rest.remove(waiter.id());
      } else if (owner != null) {
        owners.put(waiter.id(), new Monitor(owner, monitorType(waiter.id()).orElse("")));
      }
    }
    return new WaitFacts(rest, owners, timeline, roots, finishedAt);
  }

  /** Which of its waits a thread was in all the time; empty if it was not in one. */
  OptionalLong waitNumber(long threadId) {
    OpenWait wait = steady.get(threadId);
    return wait == null ? OptionalLong.empty() : OptionalLong.of(wait.waitNumber());
  }

  @Override
  public RootPrecision roots() {
    return roots;
  }

  @Override
  public Steadiness steadiness(long threadId) {
    return steady.containsKey(threadId) ? Steadiness.STEADY : Steadiness.MOVED;
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    Monitor monitor = monitors.get(threadId);
    return monitor == null ? OptionalLong.empty() : OptionalLong.of(monitor.owner());
  }

  @Override
  public Optional<String> monitorType(long threadId) {
    return Optional.ofNullable(monitors.get(threadId))
        .map(Monitor::type)
        .filter(type -> !type.isEmpty());
  }

  @Override
  public Optional<Duration> waitingFor(long threadId) {
    return Optional.ofNullable(steady.get(threadId))
        .map(wait -> Duration.between(wait.since(), finishedAt));
  }

  @Override
  public List<String> createdBy(long threadId) {
    return timeline.createdBy(threadId);
  }
}
