package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.finding.Frames;
import io.stranded.heap.GcRoot;
import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapObject;
import io.stranded.heap.HeapThread;
import io.stranded.hprof.StackFrame;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells from the state of a synchronizer whether it has released a waiting thread that has not run
 * yet. On a busy machine such a thread keeps its park blocker for a while after its releaser has
 * dropped the synchronizer, and would look leaked.
 */
final class ReleaseCheck {
  /**
   * What the state says.
   *
   * @param released the thread is about to run
   * @param doubt why it cannot be told; empty if the thread certainly waits
   */
  record Answer(boolean released, Optional<Doubt> doubt) {
    static final Answer RELEASED = new Answer(true, Optional.empty());
    static final Answer WAITS = new Answer(false, Optional.empty());

    static Answer waitsUnless(boolean released) {
      return released ? RELEASED : WAITS;
    }

    static Answer doubt(Doubt why) {
      return new Answer(false, Optional.of(why));
    }
  }

  private static final String CONCURRENT = "java.util.concurrent.";

  /**
   * Nobody waits for long at one of these whose state is 0: whoever made it so wakes the first in
   * the queue next, with nothing but a node of the queue on its stack, and each wakes the one
   * behind.
   */
  private static final Set<String> FREE_AT_ZERO =
      Set.of(
          CONCURRENT + "CountDownLatch$Sync",
          CONCURRENT + "locks.ReentrantLock$Sync",
          CONCURRENT + "locks.ReentrantReadWriteLock$Sync");

  private static final int FUTURE_TASK_COMPLETING = 1;
  private static final int PHASE_SHIFT = 32;

  private final HeapGraph graph;
  private final SyncQueues queues;

  ReleaseCheck(HeapGraph graph) {
    this.graph = graph;
    this.queues = new SyncQueues(graph);
  }

  /** Of a thread in {@code Object.wait}. */
  Answer waiting(HeapThread thread) {
    // The thread's status changes when it is notified, but not when it is interrupted.
    return !thread.virtual() && graph.isInterrupting()
        ? Answer.doubt(Doubt.INTERRUPT_UNDER_WAY)
        : Answer.WAITS;
  }

  /** Of a thread that is parked on a blocker. */
  Answer parked(HeapThread thread, long blockerId) {
    Optional<HeapObject> found = graph.instance(blockerId);
    if (found.isEmpty()) {
      return Answer.doubt(Doubt.RELEASED_UNSEEN);
    }
    HeapObject blocker = found.get();
    String type = blocker.type().name();
    if (blocker.type().isA(SyncQueues.SYNCHRONIZER)
        || blocker.type().isA(SyncQueues.LONG_SYNCHRONIZER)) {
      return synchronizer(thread, blocker);
    }
    if (type.endsWith("Synchronizer$ConditionObject")) {
      return condition(thread, blocker);
    }
    return switch (type) {
      case CONCURRENT + "CompletableFuture$Signaller" ->
          Answer.waitsUnless(blocker.refId("thread") == 0);
      case CONCURRENT + "FutureTask" ->
          Answer.waitsUnless(blocker.intField("state", 0) > FUTURE_TASK_COMPLETING);
      case CONCURRENT + "Phaser$QNode" -> phaser(blocker);
      case CONCURRENT + "Exchanger" ->
          byNode(thread, CONCURRENT + "Exchanger$Node", node -> node.refId("match") != 0);
      case CONCURRENT + "locks.StampedLock" -> stampedLock(thread);
      default -> other(thread, blocker);
    };
  }

  private Answer other(HeapThread thread, HeapObject blocker) {
    if (blocker.type().isA(CONCURRENT + "ForkJoinTask")) {
      return Answer.waitsUnless(blocker.intField("status", 0) < 0);
    }
    String type = blocker.type().name();
    if (type.startsWith(CONCURRENT + "SynchronousQueue")
        || type.startsWith(CONCURRENT + "LinkedTransferQueue")) {
      return transfer(thread);
    }
    return Answer.doubt(Doubt.RELEASED_UNSEEN);
  }

  private Answer synchronizer(HeapThread thread, HeapObject sync) {
    if (FREE_AT_ZERO.stream().anyMatch(sync.type()::isA) && sync.intField("state", 1) == 0) {
      return Answer.RELEASED;
    }
    return queues
        .nodeOf(thread, sync)
        .map(node -> Answer.waitsUnless((status(node) & SyncQueues.WAITING) == 0))
        .orElseGet(() -> Answer.doubt(Doubt.NODE_UNSEEN));
  }

  private Answer condition(HeapThread thread, HeapObject condition) {
    return queues
        .conditionNodeOf(thread, condition)
        .map(node -> Answer.waitsUnless((status(node) & SyncQueues.CONDITION) == 0))
        .orElse(Answer.RELEASED);
  }

  private Answer stampedLock(HeapThread thread) {
    Optional<HeapObject> node =
        stackObject(thread, object -> object.type().isA(CONCURRENT + "locks.StampedLock$Node"));
    return node.filter(n -> (status(n) & SyncQueues.WAITING) != 0).isPresent()
        ? Answer.WAITS
        : Answer.doubt(Doubt.RELEASED_UNSEEN);
  }

  private Answer phaser(HeapObject node) {
    int waitsFor = node.intField("phase", 0);
    long state = node.ref("phaser").map(phaser -> phaser.longField("state", 0)).orElse(0L);
    return Answer.waitsUnless(
        node.refId("thread") == 0 || (int) (state >>> PHASE_SHIFT) != waitsFor);
  }

  private Answer transfer(HeapThread thread) {
    Optional<HeapObject> stackNode =
        stackObject(thread, object -> object.type().name().endsWith("$TransferStack$SNode"));
    if (stackNode.isPresent()) {
      HeapObject node = stackNode.get();
      return Answer.waitsUnless(node.refId("match") != 0 || node.refId("waiter") == 0);
    }
    // QNode (17), LinkedTransferQueue.Node (17) and DualNode (21 on) share their fields.
    return stackObject(
            thread,
            object ->
                object.type().name().startsWith(CONCURRENT)
                    && object.hasRef("item")
                    && object.hasRef("waiter"))
        .map(
            node -> {
              boolean matched = node.booleanField("isData", false) != (node.refId("item") != 0);
              return Answer.waitsUnless(matched || node.refId("waiter") == 0);
            })
        .orElseGet(() -> Answer.doubt(Doubt.NODE_UNSEEN));
  }

  private Answer byNode(HeapThread thread, String nodeType, Predicate<HeapObject> released) {
    return stackObject(thread, object -> object.type().name().equals(nodeType))
        .map(node -> Answer.waitsUnless(released.test(node)))
        .orElseGet(() -> Answer.doubt(Doubt.NODE_UNSEEN));
  }

  /** The first object of the wanted kind in the frames of java.util.concurrent on top. */
  private Optional<HeapObject> stackObject(HeapThread thread, Predicate<HeapObject> wanted) {
    int end = 0;
    List<StackFrame> frames = thread.frames();
    while (end < frames.size() && Frames.isJdk(frames.get(end).className())) {
      end++;
    }
    for (GcRoot root : thread.roots()) {
      if (root.depth() >= 0 && root.depth() < end) {
        Optional<HeapObject> object = graph.instance(root.address()).filter(wanted);
        if (object.isPresent()) {
          return object;
        }
      }
    }
    return Optional.empty();
  }

  private static int status(HeapObject node) {
    return node.intField("status", 0);
  }
}
