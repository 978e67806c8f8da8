package io.stranded.liveness;

import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkThreads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Finds waits on what may be the result of a call that was just returning, and in no dump: a worker
 * has taken the task off its queue, and not yet put it anywhere.
 *
 * <p>A running thread has one such result in hand, for which several may wait, as the workers of a
 * pool do. So a place where threads wait on more objects than there are threads that run has a leak
 * all the same; and who is still in the same wait some time after the dump waits for nothing that
 * was handed over in that moment.
 */
final class ResultsInFlight {
  private static final String CONCURRENT = "java.util.concurrent.";

  /** Each waits by one of its own, and all of them for one future. */
  private static final String SIGNALLER = CONCURRENT + "CompletableFuture$Signaller";

  /** By which threads wait for what is handed around: a condition, and a future. */
  private static final Set<String> OF_WHAT_IS_PASSED =
      Set.of(
          CONCURRENT + "locks.AbstractQueuedSynchronizer$ConditionObject",
          CONCURRENT + "locks.AbstractQueuedLongSynchronizer$ConditionObject",
          SIGNALLER);

  private ResultsInFlight() {}

  /** The candidates, by index, of those that count as leaked, that wait on what may be one. */
  static List<Integer> among(JdkThreads threads, List<Candidate> candidates, IntPredicate leaked) {
    long running =
        threads.all().stream()
            .filter(thread -> thread.isRunning() && !ThreadStack.isOurAgent(thread))
            .count();
    Map<List<StackFrame>, Map<Object, List<Integer>>> places = new HashMap<>();
    for (int i = 0; running > 0 && i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      if (leaked.test(i)
          && !candidate.steady()
          && isPassedAround(threads.graph(), candidate.blockedOn())) {
        places
            .computeIfAbsent(candidate.thread().frames(), frames -> new HashMap<>())
            .computeIfAbsent(
                inHand(threads.graph(), candidate.blockedOn()), object -> new ArrayList<>())
            .add(i);
      }
    }
    return places.values().stream()
        .filter(objects -> objects.size() <= running)
        .flatMap(objects -> objects.values().stream())
        .flatMap(List::stream)
        .toList();
  }

  /** What stands for the object that ends such waits. */
  private static Object inHand(HeapGraph graph, BlockedOn blockedOn) {
    if (blockedOn instanceof BlockedOn.Parked parked) {
      boolean future =
          graph
              .instance(parked.blocker())
              .filter(o -> o.type().name().equals(SIGNALLER))
              .isPresent();
      return future ? SIGNALLER : parked.blocker();
    }
    return blockedOn;
  }

  /**
   * Whether the code that ends the wait may have the object itself in hand. Other inner parts of
   * the JDK's synchronizers are reached through these, which {@link UnexplainedHolders} looks for.
   */
  private static boolean isPassedAround(HeapGraph graph, BlockedOn blockedOn) {
    if (blockedOn instanceof BlockedOn.Parked parked) {
      String type = graph.instance(parked.blocker()).map(object -> object.type().name()).orElse("");
      return !type.startsWith(CONCURRENT)
          || type.indexOf('$') < 0
          || OF_WHAT_IS_PASSED.contains(type);
    }
    return blockedOn instanceof BlockedOn.MonitorWait;
  }
}
