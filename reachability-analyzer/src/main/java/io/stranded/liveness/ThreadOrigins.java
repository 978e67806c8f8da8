package io.stranded.liveness;

import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.jdk.JdkField;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Origins;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where candidates come from: who created them or, where nobody has seen that, whose code they were
 * made of. Workers of one pool come from one place.
 */
final class ThreadOrigins {
  private final JdkThreads threads;
  private final List<Candidate> candidates;
  private final WorkerPools pools;
  private final Origins created = new Origins();

  ThreadOrigins(
      JdkThreads threads, List<Candidate> candidates, WorkerPools pools, ThreadFacts facts) {
    this.threads = threads;
    this.candidates = candidates;
    this.pools = pools;
    List<Integer> byId = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      byId.add(i);
    }
    byId.sort(Comparator.comparingLong(index -> candidates.get(index).thread().id()));
    for (int index : byId) {
      long id = candidates.get(index).thread().id();
      created.ofOne(group(index), Fingerprint.origin(facts.createdBy(id)));
    }
  }

  /** Where a candidate comes from, given by its index; empty if nothing tells. */
  String of(int index) {
    return all(index).stream().findFirst().orElse("");
  }

  /** All that tells where it comes from: what tells most first. */
  List<String> all(int index) {
    return Stream.of(created.of(group(index)), madeOf(index))
        .filter(origin -> !origin.isEmpty())
        .toList();
  }

  private String group(int index) {
    return pools
        .of(index)
        .map(pool -> "pool " + pool.address())
        .orElseGet(() -> "thread " + candidates.get(index).thread().id());
  }

  private String madeOf(int index) {
    HeapThread thread = candidates.get(index).thread();
    Optional<String> factory =
        pools.of(index).map(pool -> pools.state(pool).get("threadFactory")).map(Object::toString);
    Optional<String> task =
        threads
            .shape()
            .referred(JdkField.THREAD_TASK, thread.object())
            .map(HeapObject::type)
            .map(type -> type.name());
    return Stream.of(factory, task, Optional.of(thread.object().type().name()))
        .flatMap(Optional::stream)
        .filter(type -> !Frames.isJdk(type))
        .findFirst()
        .orElse("");
  }
}
