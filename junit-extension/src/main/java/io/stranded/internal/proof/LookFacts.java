package io.stranded.internal.proof;

import io.stranded.finding.RootPrecision;
import io.stranded.liveness.ThreadFacts;
import io.stranded.snapshot.Island;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What was seen of our own platform threads before and after a snapshot or dump. */
final class LookFacts implements ThreadFacts {
  private final RootPrecision roots;
  private final Map<Long, ThreadInfo> before;
  private final Map<Long, ThreadInfo> after;
  private final Map<Long, List<String>> createdBy;
  private final Map<Long, Island.Waiter> waiters = new HashMap<>();
  private final Map<Long, Long> idsByThread = new HashMap<>();

  LookFacts(RootPrecision roots, Map<Long, ThreadInfo> before, Map<Long, List<String>> createdBy) {
    this.roots = roots;
    this.before = before;
    this.after = look();
    this.createdBy = createdBy;
  }

  /** The same with what a frozen image tells of monitors, and of who has moved since. */
  LookFacts frozen(Island island) {
    for (Island.Waiter waiter : island.waiters()) {
      waiters.put(waiter.id(), waiter);
      idsByThread.put(waiter.thread(), waiter.id());
    }
    return this;
  }

  /** What the platform threads do now, by id. */
  static Map<Long, ThreadInfo> look() {
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    Map<Long, ThreadInfo> seen = new HashMap<>();
    for (ThreadInfo info : bean.getThreadInfo(bean.getAllThreadIds())) {
      if (info != null) {
        seen.put(info.getThreadId(), info);
      }
    }
    return seen;
  }

  /** Whether a thread was in one untimed wait at two looks. */
  static boolean isSameWait(ThreadInfo then, ThreadInfo now) {
    return (now.getThreadState() == Thread.State.WAITING
            || now.getThreadState() == Thread.State.BLOCKED)
        && now.getThreadState() == then.getThreadState()
        && now.getWaitedCount() == then.getWaitedCount()
        && now.getBlockedCount() == then.getBlockedCount();
  }

  @Override
  public RootPrecision roots() {
    return roots;
  }

  @Override
  public Steadiness steadiness(long threadId) {
    Island.Waiter waiter = waiters.get(threadId);
    if (waiter != null && waiter.moved()) {
      return Steadiness.MOVED;
    }
    ThreadInfo then = before.get(threadId);
    ThreadInfo now = after.get(threadId);
    if (then == null && now == null) {
      // A virtual thread, which was not looked at.
      return Steadiness.UNKNOWN;
    }
    return then != null && now != null && isSameWait(then, now)
        ? Steadiness.STEADY
        : Steadiness.MOVED;
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    Island.Waiter waiter = waiters.get(threadId);
    if (waiter != null) {
      Long owner =
          waiter.kind() == Island.Wait.MONITOR_ENTER ? idsByThread.get(waiter.owner()) : null;
      return owner == null ? OptionalLong.empty() : OptionalLong.of(owner);
    }
    ThreadInfo then = before.get(threadId);
    ThreadInfo now = after.get(threadId);
    if (then == null || now == null || !isSameWait(then, now)) {
      return OptionalLong.empty();
    }
    long owner = now.getLockOwnerId();
    return now.getThreadState() == Thread.State.BLOCKED
            && owner > 0
            && owner == then.getLockOwnerId()
        ? OptionalLong.of(owner)
        : OptionalLong.empty();
  }

  @Override
  public Optional<String> monitorType(long threadId) {
    ThreadInfo now = after.get(threadId);
    return now == null || now.getThreadState() != Thread.State.BLOCKED
        ? Optional.empty()
        : Optional.ofNullable(now.getLockInfo()).map(LockInfo::getClassName);
  }

  /** Who is asked about is suspected: tests run in the main thread, too. */
  @Override
  public boolean mayKeepAlive(long threadId) {
    return !createdBy.containsKey(threadId);
  }

  @Override
  public List<String> createdBy(long threadId) {
    return createdBy.getOrDefault(threadId, List.of());
  }
}
