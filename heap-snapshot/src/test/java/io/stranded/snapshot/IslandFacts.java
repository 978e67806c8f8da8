package io.stranded.snapshot;

import io.stranded.finding.RootPrecision;
import io.stranded.liveness.ThreadFacts;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What an island knows of its threads beside what stands in a dump. */
final class IslandFacts implements ThreadFacts {
  private final Map<Long, Island.Waiter> waiters;
  private final Map<Long, Long> idsByThread;
  private final boolean steady;

  /**
   * Facts of an island.
   *
   * @param steady whether its threads were seen in the same wait before and after
   */
  IslandFacts(Island island, boolean steady) {
    this.steady = steady;
    waiters =
        island.waiters().stream().collect(Collectors.toMap(Island.Waiter::id, Function.identity()));
    idsByThread =
        island.waiters().stream()
            .collect(Collectors.toMap(Island.Waiter::thread, Island.Waiter::id));
  }

  @Override
  public RootPrecision roots() {
    return RootPrecision.FROZEN;
  }

  @Override
  public Steadiness steadiness(long threadId) {
    Island.Waiter waiter = waiters.get(threadId);
    if (waiter != null && waiter.moved()) {
      return Steadiness.MOVED;
    }
    return steady ? Steadiness.STEADY : Steadiness.UNKNOWN;
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    Island.Waiter waiter = waiters.get(threadId);
    if (waiter == null || waiter.kind() != Island.Wait.MONITOR_ENTER) {
      return OptionalLong.empty();
    }
    Long owner = idsByThread.get(waiter.owner());
    return owner == null ? OptionalLong.empty() : OptionalLong.of(owner);
  }
}
