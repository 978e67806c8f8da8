package io.stranded.liveness;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import io.stranded.internal.jdk.JdkField;
import io.stranded.internal.jdk.JdkThreads;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * Finds what leaked threads do not hold alone, by looking for objects that neither live code nor
 * they lead to. Such an object is garbage, or something holds it that is no root in a dump: the
 * result of a call that was just returning is in a register that HotSpot does not dump, and so is
 * what a native method was given, and what only the JVM itself knows of.
 *
 * <p>Garbage must not hide a leak, so these objects count only where they can be something else: if
 * a thread was running, or is in native code that may call back; or if there are so few of them
 * that the collector has just been there, which leaves none without a reason. Classes are seldom
 * garbage, and what the code of others refers to is held by the JVM alone when nobody has its
 * loader any more: they count always. So may classes that leaked threads explain, since they run
 * their code: where a class loader of the application asks another one that it keeps nowhere, only
 * constants of live code lead to that one's classes.
 */
final class UnexplainedHolders {
  /** After a collection fewer than one in so many objects is unexplained. */
  private static final int FEW = 100;

  /** The one of the JDK that asks loaders it does not keep: all that are in an MBean server. */
  private static final String LOADER_OF_BEANS = "javax.management.loading.MLet";

  private final JdkThreads threads;
  private final HeapGraph graph;
  private final Marks live;

  /**
   * A search among what is not live.
   *
   * @param live what is live; stays as it is
   */
  UnexplainedHolders(JdkThreads threads, Marks live) {
    this.threads = threads;
    this.graph = threads.graph();
    this.live = live;
  }

  /**
   * Hands over all that may hold what it refers to, though neither live code nor these threads lead
   * to it, in no order.
   *
   * @param leaked the threads that nothing live can wake
   * @param passedOver what live objects refer to in ways that are no edges; is empty afterwards
   */
  void forEachUnexplained(List<HeapThread> leaked, LongStack passedOver, LongConsumer visitor) {
    if (leaked.isEmpty()) {
      return;
    }
    Marks explained = explained(leaked, passedOver);
    if (anyMayHold(explained)) {
      explained.forEachUnmarked(
          address -> {
            if (!isArrayClass(address)) {
              visitor.accept(address);
            }
          });
    } else {
      forEachClass(type -> !explained.isMarked(type), visitor);
    }
  }

  /** Hands over the classes that only these threads lead to, if live code may do so, too. */
  void forEachClassOf(List<HeapThread> leaked, LongConsumer visitor) {
    if (!leaked.isEmpty() && asksOtherLoaders()) {
      Marks explained = explained(leaked, new LongStack());
      forEachClass(type -> explained.isMarked(type) && !live.isMarked(type), visitor);
    }
  }

  private void forEachClass(LongPredicate wanted, LongConsumer visitor) {
    graph.classes().stream()
        .filter(type -> !type.isArray())
        .mapToLong(HeapClass::id)
        .filter(wanted)
        .forEach(visitor);
  }

  /** Which no reference leads to: it is there with the class of its elements, and holds nothing. */
  private boolean isArrayClass(long address) {
    HeapClass type = graph.classById(address);
    return type != null && type.isArray();
  }

  /** What live code, our own agent, these threads or any of these objects lead to. */
  private Marks explained(List<HeapThread> leaked, LongStack passedOver) {
    Marks explained = live.copy();
    EdgePolicy everything = EdgePolicy.ofEverything(graph.classes().size());
    Marker marker = new Marker(graph, explained, everything, Marker.Listener.NONE);
    leaked.forEach(thread -> ThreadStack.markKept(thread, marker));
    threads.all().stream()
        .filter(ThreadStack::isOurAgent)
        .forEach(thread -> ThreadStack.markKept(thread, marker));
    while (!passedOver.isEmpty()) {
      marker.mark(passedOver.pop());
    }
    marker.drain();
    return explained;
  }

  private boolean anyMayHold(Marks explained) {
    long unexplained = graph.objectCount() - explained.count();
    return threads.all().stream().anyMatch(thread -> thread.isRunning() || thread.isInForeignCode())
        || unexplained * FEW < graph.objectCount();
  }

  /** Whether a live class has a loader, or one above that, which may ask any other one. */
  private boolean asksOtherLoaders() {
    Set<Long> seen = new HashSet<>();
    return graph.classes().stream()
        .filter(type -> live.isMarked(type.id()))
        .map(HeapClass::loaderId)
        .filter(live::isMarked)
        .anyMatch(loader -> asksOthers(graph.instance(loader), seen));
  }

  private boolean asksOthers(Optional<HeapObject> loader, Set<Long> seen) {
    Optional<HeapObject> next = loader;
    while (next.isPresent() && seen.add(next.get().address())) {
      HeapClass type = next.get().type();
      if (!type.isBoot() || type.isA(LOADER_OF_BEANS)) {
        return true;
      }
      next = threads.shape().referred(JdkField.LOADER_PARENT, next.get());
    }
    return false;
  }
}
