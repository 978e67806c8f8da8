package io.stranded.liveness;

import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.jdk.JdkThreads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** The pools that candidates work for, and how many of each never run again. */
final class WorkerPools {
  private final ThreadPools pools;
  private final Map<Integer, HeapObject> byCandidate = new HashMap<>();

  private WorkerPools(JdkThreads threads) {
    this.pools = new ThreadPools(threads);
  }

  /** Looks for the pool of each candidate. */
  static WorkerPools of(JdkThreads threads, List<Candidate> candidates) {
    WorkerPools all = new WorkerPools(threads);
    for (int i = 0; i < candidates.size(); i++) {
      Optional<HeapObject> pool = all.pools.of(candidates.get(i).thread());
      if (pool.isPresent()) {
        all.byCandidate.put(i, pool.get());
      }
    }
    return all;
  }

  /** Where the pools are. */
  Set<Long> addresses() {
    return Set.copyOf(byCandidate.values().stream().map(HeapObject::address).toList());
  }

  /** The pool that a candidate works for, given by its index. */
  Optional<HeapObject> of(int candidate) {
    return Optional.ofNullable(byCandidate.get(candidate));
  }

  /** What a pool is like, as its fields tell. */
  Map<String, Object> state(HeapObject pool) {
    return pools.state(pool);
  }

  /**
   * How many workers of a pool never run again, and of how many.
   *
   * @param lost tells of a candidate whether it does not
   */
  Loss loss(HeapObject pool, IntPredicate lost) {
    long workers =
        byCandidate.entrySet().stream()
            .filter(entry -> entry.getValue().address() == pool.address())
            .filter(entry -> lost.test(entry.getKey()))
            .count();
    Map<String, Object> state = state(pool);
    long size = state.get("poolSize") instanceof Integer number ? number : 0;
    return new Loss(workers, size, state);
  }

  /**
   * Workers of a pool that never run again.
   *
   * @param workers how many
   * @param size how many the pool has; less if that is not known
   * @param state what the pool is like
   */
  record Loss(long workers, long size, Map<String, Object> state) {
    /** Whether there is none left that could run. */
    boolean isAll() {
      return size > 0 && workers >= size;
    }

    /** Such as {@code all 4 workers}, {@code 1 of 200 workers} or {@code 3 workers}. */
    String words() {
      if (isAll()) {
        return size == 1 ? "the only worker" : "all " + size + " workers";
      }
      return size > 0
          ? workers + " of " + size + " workers"
          : workers + (workers == 1 ? " worker" : " workers");
    }

    /** How large the pool may be, and how much waits in its queue. */
    List<String> more() {
      List<String> more = new ArrayList<>();
      if (state.get("maximumPoolSize") instanceof Integer most) {
        more.add(
            most == Integer.MAX_VALUE
                ? "it may have any number of threads"
                : "it has " + most + (most == 1 ? " thread" : " threads") + " at most");
      }
      if (state.get("queued") instanceof Integer queued) {
        more.add(queued + (queued == 1 ? " task is" : " tasks are") + " in its queue");
      }
      if (state.get("threadFactory") instanceof String factory) {
        more.add("its threads are made by " + factory);
      }
      return more;
    }
  }
}
