package io.stranded.watch;

import io.stranded.finding.RootPrecision;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.liveness.ThreadFacts;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What was seen of a target's threads around a heap dump: which of them were in one wait before and
 * after it, and who owned the monitors. A thread that was not is live, whatever the dump shows.
 */
final class WaitFacts implements ThreadFacts {
  private final Map<Long, OpenWait> steady;
  private final Map<Long, Long> owners;
  private final ThreadTimeline timeline;
  private final HeapDumper.Taken taken;

  private WaitFacts(
      Map<Long, OpenWait> steady,
      Map<Long, Long> owners,
      ThreadTimeline timeline,
      HeapDumper.Taken taken) {
    this.steady = steady;
    this.owners = owners;
    this.timeline = timeline;
    this.taken = taken;
  }

  /** What was seen before the dump; {@link #after} completes it. */
  record Before(Map<Long, OpenWait> waits, Map<Long, Long> owners) {
    static Before of(TargetJvm target, List<Suspect> suspects) {
      Map<Long, OpenWait> waits = new HashMap<>();
      for (Suspect suspect : suspects) {
        suspect.waits().forEach(wait -> waits.put(wait.threadId(), wait));
      }
      return new Before(waits, ownersOf(target, waits));
    }

    /** Keeps what has not changed since. */
    WaitFacts after(TargetJvm target, ThreadTimeline timeline, HeapDumper.Taken taken) {
      Map<Long, OpenWait> steady = new HashMap<>(waits);
      Map<Long, OpenWait> now = timeline.openWaits(waits.keySet());
      steady
          .entrySet()
          .removeIf(
              entry -> {
                OpenWait then = now.get(entry.getKey());
                return then == null || then.waitNumber() != entry.getValue().waitNumber();
              });
      Map<Long, Long> sameOwners = new HashMap<>(owners);
      sameOwners.entrySet().retainAll(ownersOf(target, steady).entrySet());
      return new WaitFacts(steady, sameOwners, timeline, taken);
    }

    private static Map<Long, Long> ownersOf(TargetJvm target, Map<Long, OpenWait> waits) {
      Map<Long, Long> owners = new HashMap<>();
      long[] ids = waits.keySet().stream().mapToLong(Long::longValue).toArray();
      for (ThreadInfo info : target.threads().getThreadInfo(ids)) {
        if (info != null
            && info.getThreadState() == Thread.State.BLOCKED
            && info.getLockOwnerId() > 0) {
          owners.put(info.getThreadId(), info.getLockOwnerId());
        }
      }
      return owners;
    }
  }

  /** The same, but for some threads: they count as live. */
  WaitFacts without(Set<Long> threads) {
    Map<Long, OpenWait> rest = new HashMap<>(steady);
    rest.keySet().removeAll(threads);
    return new WaitFacts(rest, owners, timeline, taken);
  }

  /** Which of its waits a thread was in all the time; empty if it was not in one. */
  OptionalLong waitNumber(long threadId) {
    OpenWait wait = steady.get(threadId);
    return wait == null ? OptionalLong.empty() : OptionalLong.of(wait.waitNumber());
  }

  @Override
  public RootPrecision roots() {
    return taken.roots();
  }

  @Override
  public Steadiness steadiness(long threadId) {
    return steady.containsKey(threadId) ? Steadiness.STEADY : Steadiness.MOVED;
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    Long owner = owners.get(threadId);
    return owner == null ? OptionalLong.empty() : OptionalLong.of(owner);
  }

  @Override
  public Optional<Duration> waitingFor(long threadId) {
    return Optional.ofNullable(steady.get(threadId))
        .map(wait -> Duration.between(wait.since(), taken.finishedAt()));
  }

  @Override
  public List<String> createdBy(long threadId) {
    return timeline.createdBy(threadId);
  }
}
